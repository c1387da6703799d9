"""The ledger of this process: its home and its sealer, as the settings name them."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from amends.ledger.home import LedgerHome
from amends.ledger.sealing import Sealer


def home() -> LedgerHome:
    """Return the home of the ledger that this process works on."""
    found: LedgerHome = settings.HOME
    return found


@cache
def sealer() -> Sealer:
    """Return the sealer of that ledger; the key is read once."""
    return Sealer(home())
