"""The tables of a ledger: those of a new one at once from `sqlite.sql`, those of an older one by migrations.

`sqlite.sql` is what the migrations make of an empty SQLite database, written down by `scripts/generate_schema.py`.
The migrations stay the only place where the tables are decided.
"""
