"""The ledgers of these tests, and an incident of eight hand-made people."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger_cases import LedgerCase, emptied_database, ledger, ledger_template, postgresql_template
from tests.unit.casework.copied_elsewhere import Elsewhere
from tests.unit.casework.hand_made import HandMade

__all__ = ["emptied_database", "ledger", "ledger_template", "postgresql_template"]


@pytest.fixture
def people(tmp_path: Path, ledger: LedgerCase) -> HandMade:
    """The hand-made incident's files, and an empty ledger behind the verbs."""
    return HandMade.written(tmp_path / "files", ledger)


@pytest.fixture
def elsewhere(people: HandMade, tmp_path: Path, request: pytest.FixtureRequest) -> Elsewhere:
    """Where copies of that ledger go, with an empty database to restore into where it needs one."""
    url = request.getfixturevalue("postgresql_url") if people.ledger.is_postgresql else ""
    return Elsewhere(people, tmp_path / "elsewhere", url)
