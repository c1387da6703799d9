"""One workflow for each kind of remedy, as a transition table; each module exports a ``PLUGIN``."""
