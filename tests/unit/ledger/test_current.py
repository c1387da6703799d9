"""The ledger that this process works on is the one of the settings, and no other."""

from __future__ import annotations

from amends.ledger import current
from amends.ledger.sealing import Sealer


def test_home_and_sealer_are_those_of_the_settings(ledger):
    assert current.home() == ledger.home
    sealed = current.sealer().seal(b"x", bound_to="here")
    assert Sealer(ledger.home).unseal(sealed, bound_to="here") == b"x"


def test_the_sealer_is_made_once(ledger):
    assert current.sealer() is current.sealer()
