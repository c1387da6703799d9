"""The kinds of hiding: what each is called, what it is in plain words, and how to make a file safe of it.

Data (``rules/*.toml``, one file a family), because a webmaster reads them and a newcomer adds one. Finding
that a piece is hidden is the work of the reader of its format, which alone knows the format; here stands what
it means. A name that is not listed here is not accepted from a reader.
"""
