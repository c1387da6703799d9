"""Leaked rows to people in the registry, with weights and reasons, and nobody lost.

A plain library: no Django, no ledger, no clock. Tables go in and out as Arrow tables; a million
rows never pass through a Python loop.
"""
