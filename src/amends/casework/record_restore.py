"""Write into a restored ledger's journal that it was restored, from what, and what stayed erased."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger.backup.restoring import RestoredLedger
from amends.ledger.models import Erasure, JournalEntry


@dataclass(frozen=True, slots=True)
class RecordedRestore:
    """What the operator must know of the restored ledger."""

    up_to: int
    """The entry up to which it is the copied one."""
    erasures_unknown: int
    """Data keys that were erased after the copy was made: they stay erased, and their fingerprints are back until the
    incident's retention is applied again."""


def record_restore(*, restored: RestoredLedger, act: Act) -> RecordedRestore:
    """Journal a restore, in the ledger that it made."""
    check_may(act, "record_restore")
    head = restored.manifest.facts.head
    with journalled("record_restore", act) as change:
        change.detail = {
            "copy_made_at": restored.manifest.made_at,
            "up_to": head.sequence,
            "head": head.digest,
            "buried_keys": list(restored.buried_keys),
        }
    known = {
        identity
        for listed in Erasure.objects.values_list("data_keys", flat=True)
        for identities in listed.values()
        for identity in identities
    } | recorded_renewals()
    return RecordedRestore(head.sequence, len(set(restored.buried_keys) - known))


def recorded_renewals() -> set[str]:
    """Return the ids of data keys that a renewal which this journal knows destroyed."""
    entries = JournalEntry.objects.filter(verb="renew_data_keys").only("detail")
    return {identity for entry in entries for identity in entry.detail.get("destroyed", ())}
