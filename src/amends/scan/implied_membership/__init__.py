"""Finds wording that says, or lets the reader infer, that particular people were in an incident.

The rules are data: ``phrases/<language>.toml``, each with examples and counter-examples.
"""
