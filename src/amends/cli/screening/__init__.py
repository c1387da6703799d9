"""What `amends screen` is made of: which files, on which conditions, how many at once, and where the report goes."""
