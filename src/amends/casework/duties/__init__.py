"""What the verbs about duties share: whom to count, how to compute, how a change is written down. No verbs."""
