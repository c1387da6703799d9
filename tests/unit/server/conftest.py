"""The ledgers that the tests of this room run on."""

from __future__ import annotations

from tests.ledger_cases import emptied_database, ledger, ledger_template, postgresql_template

__all__ = ["emptied_database", "ledger", "ledger_template", "postgresql_template"]
