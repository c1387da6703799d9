"""The ledgers that look-ups are tried on."""

from __future__ import annotations

from tests.ledger_cases import ledger, ledger_template, postgresql_template

__all__ = ["ledger", "ledger_template", "postgresql_template"]
