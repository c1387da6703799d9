"""Take a new key-encryption key: the data keys are wrapped anew, and no row of the database changes.

For when the key file may have been seen, or its time is over. Steps, each of which a kill may follow: the new key
stands on the ring as incoming; the journal names it; it becomes current; each data key is wrapped by it. The same
command finishes what was interrupted, and only then begins another rotation.
"""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.journal import recorded
from amends.ledger.keyring import KeyRing, Purpose

_KEK = Purpose.KEY_ENCRYPTION


@dataclass(frozen=True, slots=True)
class RotatedKeys:
    """The key-encryption key that now wraps, how many scopes it wraps, and what else the ring still opens with."""

    key_id: str
    scopes: int
    former: tuple[str, ...]
    resumed: bool
    """Whether this finished a rotation that had been interrupted."""


def rotate_keys(*, act: Act, drop_former: bool = False) -> RotatedKeys:
    """Rotate the key-encryption key.

    The former key stays on the ring, so that older copies of the data keys still open; ``drop_former`` removes it
    when nothing here is wrapped by it any more, and with it the use of those copies.
    """
    check_may(act, "rotate_keys")
    home = current.home()
    with home.maintenance():
        unfinished = _is_unfinished(home.ring())
        ring = home.ring() if unfinished else home.change_ring(lambda ring: ring.with_incoming(_KEK))
        _name_in_journal(ring, act)
        ring = home.change_ring(lambda ring: ring.with_promoted(_KEK))
        current.sealer().data_keys.rewrap()
        if drop_former and ring.former(_KEK):
            _journal_dropped(ring, act)
            ring = home.change_ring(lambda ring: ring.without_former(_KEK))
    return RotatedKeys(
        key_id=ring.current(_KEK).key_id,
        scopes=sum(1 for _ in current.sealer().data_keys.all()),
        former=tuple(key.key_id for key in ring.former(_KEK)),
        resumed=unfinished,
    )


def _is_unfinished(ring: KeyRing) -> bool:
    wraps = {key.wrapped_by for keys in current.sealer().data_keys.all() for key in keys.keys}
    return ring.incoming(_KEK) is not None or bool(wraps - {ring.current(_KEK).key_id})


def _name_in_journal(ring: KeyRing, act: Act) -> None:
    incoming = ring.incoming(_KEK)
    if incoming is None or incoming.key_id in recorded("rotate_keys", "new_keys"):
        return
    with journalled("rotate_keys", act) as change:
        change.detail = {"new_keys": [incoming.key_id], "former": ring.current(_KEK).key_id}


def _journal_dropped(ring: KeyRing, act: Act) -> None:
    dropped = sorted(key.key_id for key in ring.former(_KEK))
    if not recorded("rotate_keys", "dropped").issuperset(dropped):
        with journalled("rotate_keys", act) as change:
            change.detail = {"dropped": dropped}
