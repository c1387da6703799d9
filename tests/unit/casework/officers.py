"""Two officers who may ask for the end of holds and approve it, with passphrases of their own."""

from __future__ import annotations

from typing import Final

from tests.unit.casework.hand_made import act

ASKER: Final = "Rita Requester"
APPROVER: Final = "Alan Approver"
PASSPHRASE: Final = {ASKER: "stone river lantern 41", APPROVER: "copper window meadow 72"}
QUICK_HASHER: Final = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""For tests that are not about the hash itself: the real one takes a third of a second on purpose."""


def two_officers(*, days: float = -1) -> None:
    """Found the list of officers, so many days from the day of the work."""
    from amends.casework.grant_authority import Authority, grant_authority

    for name, passphrase in PASSPHRASE.items():
        grant_authority(
            officer=name,
            passphrase=passphrase,
            authority=Authority(may_request=True, may_approve=True),
            act=act("found the list of officers", days=days),
        )
