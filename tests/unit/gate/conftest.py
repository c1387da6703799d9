"""A small ledger on each of the two databases, and a gate over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gate_cases import SmallGate, held_population, issue_key, small_gate
from tests.ledger_cases import LedgerCase, emptied_database, ledger, ledger_template, postgresql_template

__all__ = ["emptied_database", "ledger", "ledger_template", "postgresql_template"]


@pytest.fixture
def gate(ledger: LedgerCase, tmp_path: Path) -> Iterator[SmallGate]:
    """A gate over three held people and two whom the registry knows besides."""
    held_population(tmp_path)
    made = small_gate(ledger, key=issue_key())
    yield made
    made.close()
