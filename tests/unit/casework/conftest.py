"""The ledgers of these tests, and an incident of eight hand-made people."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger_cases import LedgerCase, ledger, ledger_template, postgresql_template
from tests.unit.casework.hand_made import HandMade

__all__ = ["ledger", "ledger_template", "postgresql_template"]


@pytest.fixture
def people(tmp_path: Path, ledger: LedgerCase) -> HandMade:
    """The hand-made incident's files, and an empty ledger behind the verbs."""
    return HandMade.written(tmp_path / "files", ledger)
