"""Kinds of personal data: rules as data, checksums, and the words that headers use for them.

A rule is an entry in ``rules/<country or field>.toml``; it brings examples that must fit and
counter-examples that must not, and an ordinary test checks both.
"""
