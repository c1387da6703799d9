"""Writes what a screening came to, file by file as it is known: JSON, SARIF, HTML, Markdown and plain text.

A report holds places, kinds, counts and masked samples, and no value of any file. No writer keeps more than counts.
"""
