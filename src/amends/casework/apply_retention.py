"""Erase what its retention rule has ended: the data keys are destroyed, and every copy of the data with them (R54).

First the order: one transaction with its journal entry, which lists the ids of the keys. Then the keys are destroyed
and sealed files removed; then the destruction is confirmed in the journal. A kill in between leaves an order
that the same command carries out, as it does where an old copy of the keys was put back. A restore reads the orders
in the journal and carries them out before anything is opened, so that what was erased stays erased.

What stays: rows without their sealed values, counts, states, proofs, the journal. Fingerprints of identifiers go
with the identifiers, because numbers can be tried until a fingerprint fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from amends.casework.acts import Act, journalled
from amends.casework.erasing.due import DueData, artefacts_of, due_data, scopes_to_erase
from amends.casework.erasing.second_person import check_second_actor
from amends.casework.permissions import check_may
from amends.casework.queries.keys import not_carried_out
from amends.ledger import current, vault
from amends.ledger.gate_index import touch
from amends.ledger.models import (
    AffectedPerson,
    Erasure,
    FormerFingerprint,
    Incident,
    LeakedRow,
    Representative,
    SealedIdentifier,
)
from amends.ledger.resealing import lock_sealed_table
from amends.ledger.retention.rules import RetentionRules
from amends.ledger.scope_keys import DataKind, Scope
from amends.vocabulary.errors import RefusalError

_VERB = "apply_retention"


@dataclass(frozen=True, slots=True)
class AppliedRetention:
    """What was erased now, and what was not, with the reasons."""

    erased: tuple[str, ...]
    """Kinds of data."""
    destroyed_keys: tuple[str, ...]
    kept: dict[str, tuple[str, ...]]
    """Kind of data → what stands in the way."""
    representatives: int
    """Representatives whose details were emptied, because nobody whom they stand for has any left."""
    resumed: bool
    """Whether an interrupted erasure was carried out."""


def apply_retention(
    *, incident: Incident, rules: RetentionRules, second_actor: str, act: Act
) -> AppliedRetention:
    """Erase every kind of data of the incident whose period is over and in whose way nothing stands.

    Raises `RefusalError` ``second-actor-missing`` unless two people act, ``retention-not-due`` where nothing may be
    erased, naming what stands in the way of each kind.
    """
    check_may(act, _VERB)
    check_second_actor(act, second_actor)
    with current.home().maintenance():
        interrupted = not_carried_out(incident)
        destroyed = _carry_out(interrupted, act)
        ordered = _order(incident, rules, second_actor, act) if not interrupted else []
        destroyed += _carry_out(ordered, act)
        left = due_data(incident, rules, now=act.now)
    kinds = [erasure.kind for erasure in (*interrupted, *ordered)]
    kept = {item.rule.what.value: item.obstacles for item in left if item.rule.what not in kinds}
    emptied = Representative.objects.filter(clients__incident=incident, sealed_details=b"").distinct().count()
    return AppliedRetention(tuple(kinds), tuple(destroyed), kept, emptied, bool(interrupted))


def _order(incident: Incident, rules: RetentionRules, second_actor: str, act: Act) -> list[Erasure]:
    with journalled(_VERB, act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        found = due_data(incident, rules, now=act.now)
        due = [item for item in found if item.may_be_erased]
        if not due:
            if all(item.erased_at for item in found):
                return []
            raise _not_due(incident, found)
        orders = [_record(incident, item, rules, act) for item in due]
        change.incident = incident.reference
        change.detail = {
            "ordered": [order.kind for order in orders],
            "rules": str(rules),
            "second_actor": second_actor.strip(),
            "decided_by": sorted({item.rule.decided_by for item in due}),
            "erased_keys": [key for order in orders for keys in order.data_keys.values() for key in keys],
        }
    return orders


def _record(incident: Incident, item: DueData, rules: RetentionRules, act: Act) -> Erasure:
    kind = item.rule.what
    data_keys = current.sealer().data_keys
    listed = {}
    for scope in scopes_to_erase(incident, kind):
        keys = data_keys.of(scope)
        listed[str(scope)] = [key.identity for key in keys.keys] if keys else []
    if kind is DataKind.IDENTIFIERS:
        _forget_fingerprints(incident)
    erasure = Erasure.objects.create(
        incident=incident, kind=kind, rule=str(rules), data_keys=listed, ordered_at=act.now
    )
    if kind is DataKind.PERSON_DETAILS:
        _empty_representatives(incident)
    return erasure


def _empty_representatives(incident: Incident) -> None:
    """Empty the details of representatives who stand for nobody any more whose own details are kept.

    They share one data key with those of other incidents, so that their bytes go, and older backups of them stop
    opening with the next renewal of what spans incidents.
    """
    erased = Erasure.objects.filter(kind=DataKind.PERSON_DETAILS).values("incident")
    needed = AffectedPerson.objects.filter(representative__isnull=False).exclude(incident__in=erased)
    representatives = Representative.objects.filter(clients__incident=incident)
    unneeded = representatives.exclude(pk__in=needed.values("representative"))
    lock_sealed_table(Representative)
    Representative.objects.filter(pk__in=list(unneeded.values_list("pk", flat=True))).update(
        sealed_details=b""
    )


def _forget_fingerprints(incident: Incident) -> None:
    """Take the incident's fingerprints away; its holds have ended, so that the gate answers as before."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM ledger_heldidentifier WHERE hold_id IN
               (SELECT id FROM ledger_remedy WHERE incident_id = %s AND kind = 'hold')""",
            [incident.pk],
        )
        touch(held=-int(cursor.rowcount))
    FormerFingerprint.objects.filter(hold__incident=incident).delete()
    LeakedRow.objects.filter(incident=incident).update(identifier_fingerprint="")
    SealedIdentifier.objects.filter(row__incident=incident).delete()


def _carry_out(orders: Sequence[Erasure], act: Act) -> list[str]:
    """Destroy the keys of what was ordered, remove sealed files, and confirm it."""
    if not orders:
        return []
    data_keys = current.sealer().data_keys
    destroyed: list[str] = []
    for order in orders:
        for name in order.data_keys:
            scope = Scope(name.partition(".")[0], DataKind(order.kind))
            destroyed += data_keys.destroy(scope, close=True).destroyed
            if scope.kind is DataKind.LEAKED_FILE:
                vault.discard(scope.name, home=current.home())
    with journalled(_VERB, act) as change:
        unconfirmed = Erasure.objects.filter(pk__in=[order.pk for order in orders], destroyed_at=None)
        unconfirmed.update(destroyed_at=act.now)
        change.incident = orders[0].incident.reference
        change.detail = {"confirmed": [order.kind for order in orders], "destroyed_keys": destroyed}
    return destroyed


def _not_due(incident: Incident, found: Sequence[DueData]) -> RefusalError:
    why = "; ".join(f"{item.rule.what}: {', '.join(item.obstacles)}" for item in found)
    _, needed = artefacts_of(incident)
    also = f"; {len(needed)} files are needed by another incident" if needed else ""
    return RefusalError(
        "retention-not-due",
        f"nothing of incident {incident.reference} may be erased now ({why}{also})",
        hint="settle what stands in the way, or wait until the period is over; nothing was erased",
    )
