"""What must hold of a ledger's sealed values and held identifiers whatever was interrupted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.unit.casework.hand_made import SHEET, HandMade, act

if TYPE_CHECKING:
    from amends.ledger.models import Incident

NUMBERS = sorted({row[0] for row in SHEET[1:]})


def opened_values(people: HandMade, incident: Incident) -> list[bytes]:
    """Open everything that the ledger holds sealed with a sealer of its own, and return it in order."""
    from amends.ledger.sealed_fields import SEALED_FIELDS
    from amends.ledger.sealing import Sealer
    from amends.ledger.vault import recover

    sealer = Sealer(people.ledger.home)
    found = [
        sealer.unseal(bytes(sealed), bound_to=field.bound_to.format(*parts))
        for field in SEALED_FIELDS
        for sealed, *parts in field.rows(incident.reference)
        .order_by("pk")
        .values_list(field.column, *field.parts)
    ]
    for artefact in incident.artefacts.filter(sealed=True):
        found.append(recover(artefact.sha256, home=people.ledger.home))
    return found


def found_holds(people: HandMade, numbers: list[str] = NUMBERS) -> dict[str, int]:
    """Look each identifier up as the gate does, under every key of the ring, and return its number of holds."""
    from amends.ledger.fingerprints import Fingerprinter
    from amends.ledger.models import HeldIdentifier
    from amends.vocabulary.identifier import normalised_identifier

    fingerprinter = Fingerprinter(people.ledger.home.ring())
    return {
        number: HeldIdentifier.objects.filter(
            fingerprint__in=fingerprinter.all(normalised_identifier(number)), hold__state="in_force"
        )
        .values("hold")
        .distinct()
        .count()
        for number in numbers
    }


def gate_counts_agree() -> bool:
    """Whether the gate's state counts what stands in its tables."""
    from amends.ledger.models import CANARY_HOLD, GateState, HeldIdentifier, KnownIdentifier

    state = GateState.objects.get(pk=1)
    return (state.held_identifiers, state.known_identifiers) == (
        HeldIdentifier.objects.exclude(hold_id=CANARY_HOLD).count(),
        KnownIdentifier.objects.count(),
    )


def named_in_journal(verb: str, name: str) -> list[str]:
    """Return what the entries of a verb list under a name, in order."""
    from amends.ledger import journal

    return [item for entry in journal.entries() if entry.verb == verb for item in entry.detail.get(name, ())]


def attempts_on_keys_and_copies(people: HandMade, incident: Incident) -> dict[Any, Callable[[], object]]:
    """Return module → a use of its verb, for every verb that changes keys, ends data or makes copies."""
    from amends.casework import (
        apply_retention,
        back_up,
        drill_backup,
        lift_preservation,
        preserve_evidence,
        record_restore,
        rekey_fingerprints,
        renew_data_keys,
        rotate_keys,
    )
    from amends.ledger.retention.rules import load_rules

    def nothing_restored() -> Any:
        return None

    return {
        rotate_keys: lambda: rotate_keys.rotate_keys(act=act()),
        renew_data_keys: lambda: renew_data_keys.renew_data_keys(incident=incident, act=act()),
        rekey_fingerprints: lambda: rekey_fingerprints.rekey_fingerprints(act=act()),
        preserve_evidence: lambda: preserve_evidence.preserve_evidence(
            incident=incident, matter="22-cv-1", act=act()
        ),
        lift_preservation: lambda: lift_preservation.lift_preservation(
            incident=incident, matter="22-cv-1", second_actor="counsel", act=act()
        ),
        apply_retention: lambda: apply_retention.apply_retention(
            incident=incident, rules=load_rules(), second_actor="counsel", act=act(days=9_000)
        ),
        back_up: lambda: back_up.back_up(to=people.folder / "copy", keys_to=None, act=act()),
        drill_backup: lambda: drill_backup.drill_backup(act=act()),
        record_restore: lambda: record_restore.record_restore(restored=nothing_restored(), act=act()),
    }


def key_material(folder: Path) -> list[str]:
    """Return the names of files beside the keys that an interrupted writing left, and that may hold a key."""
    return sorted(file.name for file in folder.rglob(".*") if file.suffix in (".partial", ".dying"))
