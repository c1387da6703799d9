"""Find out who was in it: rows become persons, and nobody is lost (R13, R14, R16, R18)."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.identification.leaked_list import LeakedList
from amends.casework.identification.register import Register, build_register, write_register
from amends.casework.identification.registry_identifiers import index_registry_identifiers
from amends.casework.identification.status_record import known_persons, read_episodes, record_episodes
from amends.casework.permissions import check_may
from amends.casework.policies import check_open, check_protected
from amends.ledger.gate_index import not_findable
from amends.ledger.models import AffectedPerson, Artefact, Incident, LeakedRow
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.errors import FaultError


@dataclass(frozen=True, slots=True)
class IdentifiedPeople:
    """Rows by outcome, persons, and whether that stood already."""

    outcomes: dict[str, int]
    persons: int
    already: bool


def identify_affected(
    *, incident: Incident, listing: LeakedList, registry: Registry, mapping: Mapping, act: Act
) -> IdentifiedPeople:
    """Link every row to the registry and record one affected person for each data subject.

    Unsure rows stay unsure and unmatched rows become persons of their own; all keep their hold. Raises
    `FaultError` ``rows-do-not-reconcile``, and writes nothing, should a single row be unaccounted for.
    """
    check_may(act, "identify_affected")
    incident = Incident.objects.get(pk=incident.pk)
    check_open(incident)
    check_protected(incident)
    if incident.identified_at is not None:
        return _identified(incident, already=True)
    register = build_register(incident, listing, registry, mapping, now=act.now)
    with journalled("identify_affected", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        if incident.identified_at is None:
            write_register(incident, register)
            index_registry_identifiers(incident, register, registry, mapping)
            episodes = read_episodes(incident, registry, known_persons(incident))
            record_episodes(incident, registry, episodes, until=act.now, now=act.now)
            _check_reconciled(incident, register)
            Artefact.objects.create(
                incident=incident,
                kind=Artefact.Kind.REGISTRY,
                name="registry",
                sha256=registry.source_sha256,
                size=registry.count,
                sealed=False,
                preserved_at=act.now,
            )
            incident.identified_at = act.now
            incident.save(update_fields=["identified_at"])
            change.incident = incident.reference
            change.detail = {
                "outcomes": register.outcomes(),
                "persons": len(register.persons),
                "not_findable": not_findable(incident),
                "registry_sha256": registry.source_sha256,
                "registry_persons": registry.count,
            }
    return _identified(incident, already=not change.detail)


def _check_reconciled(incident: Incident, register: Register) -> None:
    rows = LeakedRow.objects.filter(incident=incident)
    unaccounted = rows.filter(outcome="").count()
    if unaccounted or rows.count() != sum(register.outcomes().values()):
        raise FaultError(
            "rows-do-not-reconcile",
            f"{unaccounted} rows of the leaked file have no outcome after linking",
            hint="nothing was written; report this with the journal's last entry",
            where=incident.reference,
        )


def _identified(incident: Incident, *, already: bool) -> IdentifiedPeople:
    rows = LeakedRow.objects.filter(incident=incident).values_list("outcome", flat=True)
    outcomes: dict[str, int] = {}
    for outcome in rows:
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return IdentifiedPeople(
        outcomes=dict(sorted(outcomes.items())),
        persons=AffectedPerson.objects.filter(incident=incident).count(),
        already=already,
    )
