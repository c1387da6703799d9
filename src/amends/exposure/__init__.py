"""Access logs in, who obtained what out, and what cannot be known.

A plain library: no Django, no ledger, no clock. It states evidence and its holes; what follows from
them (letters, assumptions, figures) is decided elsewhere.
"""
