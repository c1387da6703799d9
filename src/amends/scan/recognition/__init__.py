"""Reads characters out of pictures with Tesseract, where it is installed and asked for.

What is recognised may be wrong, letter by letter: each text comes with the program's own confidence, and a picture read
in this way is named as such. Tesseract is a program of its own (Debian's package ``tesseract-ocr``), never imported.
"""
