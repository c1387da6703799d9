"""File formats, one plug-in a file. They yield what is in a file, visible or not, and judge nothing.

A module exports one ``PLUGIN`` (`amends.scan.formats.interface.Format`). Modules that begin with an
underscore are parts of a plug-in that grew too long for one file.
"""
