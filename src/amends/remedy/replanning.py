"""The plan on record against the plan called for: what is new, what is called for no longer, what stays (R23).

A measure that is no longer called for is withdrawn only in a state from which its workflow lets it be withdrawn. A
hold never is, because a hold ends on proof alone; nor is anything that has been said or done already. Those
are counted as kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.fields import DateTimeField

from amends.ledger.bulk import insert_select
from amends.ledger.models import Incident, PlaybookVersion, Remedy, RemedyChange
from amends.remedy.cohorts import members
from amends.remedy.planning import members_without, on_record, plan_entitlement, triggers
from amends.remedy.playbook_parts import Entitlement, Playbook
from amends.remedy.playbook_snapshot import restored
from amends.remedy.statemachine import WITHDRAWN
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError

_WORDS = ("owner", "authority", "earliest_end", "end_condition")
"""What a new version may say differently of a measure that stays the same."""


@dataclass(frozen=True, slots=True)
class EntitlementDifference:
    """How one entitlement on record differs from what is called for, in numbers of persons."""

    entitlement: str
    kind: str
    cohort: str
    """Empty where the playbook has no such entitlement any more."""
    added: int
    reinstated: int
    """Withdrawn before, and called for again."""
    withdrawn: int
    kept: int
    """No longer called for, and in a state in which it stays: a hold, a notice that has gone out, a decision."""
    unchanged: int
    amended: int
    """Of the unchanged: those of which the new version says owner, authority, due time or end differently."""

    @property
    def changes(self) -> int:
        """How many remedies change."""
        return self.added + self.reinstated + self.withdrawn + self.amended


@dataclass(frozen=True, slots=True)
class Replan:
    """One act of planning: by which words, when, and what made us look again."""

    incident: Incident
    playbook: Playbook
    version: PlaybookVersion
    """The playbook as it is kept on record."""
    cause: str
    now: datetime


def differences(incident: Incident, playbook: Playbook) -> tuple[EntitlementDifference, ...]:
    """Count how the plan on record differs from the one called for. Writes nothing."""
    check_names(incident, playbook)
    found = [_difference(entitlement, incident, playbook) for entitlement in playbook.entitlements]
    found += [_given_up(name, kind, incident) for name, kind in given_up(incident, playbook)]
    return tuple(found)


def carry_out(replan: Replan) -> tuple[EntitlementDifference, ...]:
    """Add, reinstate, withdraw and amend until the plan on record is the one called for; return what was done.

    The caller holds the transaction. Statements go by entitlement and not by person.
    """
    check_names(replan.incident, replan.playbook)
    found = [_carry_out(entitlement, replan) for entitlement in replan.playbook.entitlements]
    for name, kind in given_up(replan.incident, replan.playbook):
        counted = _given_up(name, kind, replan.incident)
        if counted.withdrawn:
            gone = on_record(replan.incident, name)
            because = f"{replan.cause}: playbook {replan.version} has no such entitlement"
            _withdraw(gone, kind, because, replan)
        found.append(counted)
    return tuple(found)


def check_names(incident: Incident, playbook: Playbook) -> None:
    """Raise `RefusalError` ``entitlement-reused`` where a name on record now means something else.

    A measure of another kind, or a hold on another action, is another measure and needs a name of its own: under the
    old one it would look as if it had been planned already.
    """
    for rule in playbook.entitlements:
        other = ~Q(kind=rule.kind) | ~Q(barred_action=rule.barred_action) | ~Q(addressee=rule.addressee)
        if on_record(incident, rule.name).filter(other).exists():
            raise RefusalError(
                "entitlement-reused",
                f"entitlement {rule.name!r} of playbook {playbook.name} {playbook.version} is on record with "
                "another kind, addressee or barred action",
                hint="give the new measure a name of its own; nothing was changed",
                where=incident.reference,
            )


def given_up(incident: Incident, playbook: Playbook) -> list[tuple[str, str]]:
    """Return name and kind of entitlements that an earlier version planned and this playbook does not have.

    What no playbook planned, such as a supplementary notice, is not planning's to withdraw.
    """
    earlier = PlaybookVersion.objects.filter(incident=incident).order_by("id").values_list("text", flat=True)
    planned = {item.name: item.kind for text in earlier for item in restored(text).entitlements}
    present = {item.name for item in playbook.entitlements}
    return sorted((name, kind) for name, kind in planned.items() if name not in present)


def _difference(rule: Entitlement, incident: Incident, playbook: Playbook) -> EntitlementDifference:
    amended = _to_amend(rule, incident).filter(_belongs(rule, incident, playbook)).count()
    added = members_without(rule, incident, playbook).count()
    return replace(_standing(rule, incident, playbook), added=added, amended=amended)


def _standing(rule: Entitlement, incident: Incident, playbook: Playbook) -> EntitlementDifference:
    """Count what is on record, by what becomes of it."""
    withdrawable = workflow_of(rule.kind).withdrawable
    rows = (
        on_record(incident, rule.name)
        .annotate(belongs=_belongs(rule, incident, playbook))
        .order_by()
        .values_list("state", "belongs")
        .annotate(count=Count("id"))
    )
    counted = {"reinstated": 0, "withdrawn": 0, "kept": 0, "unchanged": 0, "gone": 0}
    for state, belonging, count in rows:
        counted[_fate(state, bool(belonging), withdrawable)] += count
    del counted["gone"]
    return EntitlementDifference(rule.name, rule.kind, rule.cohort, added=0, amended=0, **counted)


def _fate(state: str, belongs: bool, withdrawable: frozenset[str]) -> str:
    if state == WITHDRAWN:
        return "reinstated" if belongs else "gone"
    if belongs:
        return "unchanged"
    return "withdrawn" if state in withdrawable else "kept"


def _given_up(name: str, kind: str, incident: Incident) -> EntitlementDifference:
    recorded = on_record(incident, name).exclude(state=WITHDRAWN)
    withdrawn = recorded.filter(state__in=workflow_of(kind).withdrawable).count()
    kept = recorded.count() - withdrawn
    return EntitlementDifference(
        name, kind, "", added=0, reinstated=0, withdrawn=withdrawn, kept=kept, unchanged=0, amended=0
    )


def _belongs(rule: Entitlement, incident: Incident, playbook: Playbook) -> Exists:
    cohort = playbook.cohort(rule.cohort)
    return Exists(members(cohort, incident).filter(pk=OuterRef("person_id")))


def _carry_out(rule: Entitlement, replan: Replan) -> EntitlementDifference:
    incident, playbook = replan.incident, replan.playbook
    counted = _standing(rule, incident, playbook)
    recorded, belongs = on_record(incident, rule.name), _belongs(rule, incident, playbook)
    if counted.withdrawn:
        because = f"{replan.cause}: no longer in cohort {rule.cohort}"
        _withdraw(recorded.filter(~belongs), rule.kind, because, replan)
    if counted.reinstated:
        _reinstate(recorded.filter(belongs), rule, replan)
    amended = 0
    if counted.unchanged:
        to_amend = _to_amend(rule, incident).filter(belongs)
        amended = to_amend.update(**{name: getattr(rule, name) for name in _WORDS}, **_due(rule, incident))
    added = plan_entitlement(rule, incident=incident, playbook=playbook, now=replan.now)
    return replace(counted, added=added, amended=amended)


def _withdraw(measures: QuerySet[Remedy], kind: str, because: str, replan: Replan) -> None:
    standing = measures.filter(state__in=workflow_of(kind).withdrawable)
    standing.update(state=WITHDRAWN)
    _record(measures.filter(state=WITHDRAWN), RemedyChange.Change.WITHDRAWN, because, replan)


def _reinstate(measures: QuerySet[Remedy], rule: Entitlement, replan: Replan) -> None:
    measures.filter(state=WITHDRAWN).update(
        state=workflow_of(rule.kind).initial,
        **{name: getattr(rule, name) for name in _WORDS},
        **_due(rule, replan.incident),
    )
    because = f"{replan.cause}: in cohort {rule.cohort} again"
    called_for = measures.exclude(state=WITHDRAWN).filter(_last_change_is("withdrawn"))
    _record(called_for, RemedyChange.Change.REINSTATED, because, replan)


def _record(measures: QuerySet[Remedy], change: RemedyChange.Change, because: str, replan: Replan) -> None:
    """Record the change for those of the measures for which it is not on record as the last one."""
    insert_select(
        RemedyChange,
        {
            "remedy": F("id"),
            "change": Value(change.value),
            "because": Value(because),
            "playbook": Value(replan.version.pk),
            "at": Value(replan.now, output_field=DateTimeField()),
        },
        measures.filter(~_last_change_is(change.value)),
    )


def _last_change_is(change: str) -> Exists:
    later = RemedyChange.objects.filter(remedy=OuterRef("remedy"), pk__gt=OuterRef("pk"))
    return Exists(RemedyChange.objects.filter(~Exists(later), remedy=OuterRef("pk"), change=change))


def _to_amend(rule: Entitlement, incident: Incident) -> QuerySet[Remedy]:
    """Return the open measures of which the playbook now says something else than is on record."""
    differs = Q()
    for name, value in {**{name: getattr(rule, name) for name in _WORDS}, **_due(rule, incident)}.items():
        differs |= Q(**{f"{name}__isnull": False}) if value is None else ~Q(**{name: value})
    settled = workflow_of(rule.kind).finals
    return on_record(incident, rule.name).exclude(state__in=settled).filter(differs)


def _due(rule: Entitlement, incident: Incident) -> dict[str, datetime | None]:
    """Return the due time where it is the same for everyone; one that counts from a person's event is set later."""
    return {} if rule.due.of_person else {"due_at": rule.due.due_at(triggers(incident))}
