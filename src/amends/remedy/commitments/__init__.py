"""One rule for each kind of promise that actions are checked against; each module exports a ``PLUGIN`` (R27)."""
