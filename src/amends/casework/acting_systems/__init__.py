"""What the verbs on acting systems are made of: their keys, what their lists hold, list files, outbox, inbox, drift."""
