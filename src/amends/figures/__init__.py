"""Counts that add up: definitions with their queries, reconciliation, suppression, the report.

A figure is never typed: it comes out of the ledger by a query that stands beside it, and a set of
figures that does not reconcile is not published.
"""
