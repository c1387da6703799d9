"""Copies of a ledger: what is copied, how a copy proves itself, and how a ledger is made of it again.

Database and sealed files go one way, the keys another: a copy of the ledger alone opens nothing, and what was erased
stays erased in every copy. Knows no Django: a copy is checked and restored before there is a ledger to open.
"""
