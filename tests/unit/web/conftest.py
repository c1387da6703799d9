"""A ledger with the small incident behind the pages, and a browser without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amends.ledger.home import LedgerHome
from tests.ledger_cases import working_on
from tests.small_incident import Responded, drilled, responded, small_incident

__all__ = ["drilled", "responded", "small_incident"]
PASSWORD = "correct horse battery staple"


@pytest.fixture
def shown(responded: Responded, tmp_path: Path) -> Iterator[Responded]:
    """The responded incident, in a ledger that the pages of this process show."""
    from django.contrib.auth.models import User

    copy = responded.copied(tmp_path)
    with working_on(LedgerHome(copy.home), ""):
        User.objects.create_user("reader", password=PASSWORD)
        yield copy


@pytest.fixture
def visitor(shown: Responded):
    """Somebody who has not logged in."""
    from django.test import Client

    return Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def reader(visitor):
    """Somebody who has."""
    assert visitor.login(username="reader", password=PASSWORD)
    return visitor
