"""The look-back: screens what is published already, on a site, in a folder or in a web archive (WARC, ISO 28500).

`site`, `folder` and `web_archive` each yield documents; `results` keeps a line for each that is finished, so that a
sweep that was interrupted goes on where it was; `sweep` strings them together.
"""
