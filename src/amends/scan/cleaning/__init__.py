"""Writes a safe replacement of a file: only what the file shows, by writers that know nothing else.

Nothing is taken out of a file here; a new one is written, of checked texts or of pixels. The replacement is
opened again like any foreign file, and given away only when nothing hidden is in it.
"""
