"""Draws what a file shows, as pixels and nothing else. One plug-in a family of formats.

Plug-ins of this folder run inside the child process of `amends.scan.isolation` and nowhere else. A picture made of
pixels alone can hide nothing, which is why cleaning uses it where a format has too many corners.
"""
