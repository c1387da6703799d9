"""Which kinds of data of an incident are due for erasure, and what stands in the way of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from amends.ledger import current, vault
from amends.ledger.models import Artefact, Erasure, Incident, Preservation, Remedy
from amends.ledger.retention.rules import RetentionRule, RetentionRules
from amends.ledger.scope_keys import DataKind, Scope
from amends.ledger.sealed_fields import fields_of


@dataclass(frozen=True, slots=True)
class DueData:
    """One kind of data under its rule, at one moment."""

    rule: RetentionRule
    due_at: datetime | None
    erased_at: datetime | None
    obstacles: tuple[str, ...]
    """Why it may not be erased now; empty where it may."""
    values: int
    """Sealed values that would be erased: rows, or files."""

    @property
    def may_be_erased(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles


def due_data(incident: Incident, rules: RetentionRules, *, now: datetime) -> tuple[DueData, ...]:
    """Return every kind of data that the rules speak of, with what stands in the way of its end."""
    shared = _obstacles_for_all(incident)
    return tuple(_due(incident, rule, shared, now) for rule in rules.rules)


def artefacts_of(incident: Incident) -> tuple[list[str], list[str]]:
    """Return the hashes of the incident's sealed artefacts: its own, and those that another incident still needs."""
    digests = list(
        Artefact.objects.filter(incident=incident, sealed=True).values_list("sha256", flat=True).distinct()
    )
    others = Artefact.objects.filter(sealed=True, sha256__in=digests).exclude(incident=incident)
    ended = Erasure.objects.filter(kind=DataKind.LEAKED_FILE, destroyed_at__isnull=False).values("incident")
    needed = set(others.exclude(incident__in=ended).values_list("sha256", flat=True))
    return [d for d in digests if d not in needed], [d for d in digests if d in needed]


def scopes_to_erase(incident: Incident, kind: DataKind) -> tuple[Scope, ...]:
    """Return the scopes whose data keys an erasure of this kind destroys."""
    if kind is DataKind.LEAKED_FILE:
        return tuple(Scope(digest, kind) for digest in artefacts_of(incident)[0])
    return (Scope(incident.reference, kind),)


def _obstacles_for_all(incident: Incident) -> tuple[str, ...]:
    held = Remedy.objects.filter(incident=incident, kind=Remedy.Kind.HOLD, state="in_force").count()
    matters = Preservation.objects.filter(incident=incident, lifted_at__isnull=True)
    found = [f"{held} holds are in force"] if held else []
    found += [f"it is preserved for {matter}" for matter in matters.values_list("matter", flat=True)]
    return tuple(found)


def _due(incident: Incident, rule: RetentionRule, shared: tuple[str, ...], now: datetime) -> DueData:
    erasure = Erasure.objects.filter(incident=incident, kind=rule.what).first()
    due_at = rule.due_at(getattr(incident, f"{rule.after}_at"))
    obstacles = list(shared)
    if incident.closed_at is None and not rule.while_open:
        obstacles.append("the incident is not closed")
    if due_at is None:
        obstacles.append(f"it has not been {rule.after}")
    elif now < due_at:
        obstacles.append(f"it is kept until {due_at:%Y-%m-%d %H:%MZ}")
    if first := _first_version(incident, rule.what):
        obstacles.append(
            f"{first} values are sealed under the ledger key itself: run `amends keys renew` first"
        )
    if erasure:
        obstacles = ["it has been erased" if erasure.destroyed_at else "its erasure was interrupted"]
    erased_at = erasure.destroyed_at if erasure else None
    return DueData(rule, due_at, erased_at, tuple(obstacles), _values(incident, rule.what))


def _first_version(incident: Incident, kind: DataKind) -> int:
    if kind is DataKind.LEAKED_FILE:
        home = current.home()
        own, _ = artefacts_of(incident)
        return sum(vault.data_key_of_artefact(digest, home=home) == "" for digest in own)
    return sum(field.sealed_by_first_version(incident.reference).count() for field in fields_of(kind))


def _values(incident: Incident, kind: DataKind) -> int:
    if kind is DataKind.LEAKED_FILE:
        return len(artefacts_of(incident)[0])
    return sum(field.rows(incident.reference).count() for field in fields_of(kind))
