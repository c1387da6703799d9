"""The only Django app with tables: nouns, the append-only journal, sealed artefacts.

It keeps and proves; it does not decide. Which change is allowed stands in `casework`, what is owed in
`remedy`.
"""
