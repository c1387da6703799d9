"""What the ledger itself answers of a harm assessment; people add to it, and cannot take it back (R19)."""

from __future__ import annotations

from django.db.models import QuerySet

from amends.ledger.models import AffectedPerson, ExposureRecord, Incident, Recipient, RecipientPolicy
from amends.remedy.cohorts import members
from amends.remedy.harm.facts import Facts, facts_of_kinds, joined
from amends.remedy.playbook import Playbook
from amends.vocabulary.errors import UsageError


def persons_of(incident: Incident, playbook: Playbook, cohort: str) -> int:
    """Return how many people the cohort has. Raises `UsageError` ``cohort-unknown``."""
    return members(playbook.cohort(_known(playbook, cohort)), incident).count()


def shown_facts(incident: Incident, playbook: Playbook, cohort: str) -> dict[str, tuple[str, ...]]:
    """Return what is known without asking: kinds of data, minors, custody, what the logs say, the recorded policy."""
    people = members(playbook.cohort(_known(playbook, cohort)), incident)
    kinds: set[str] = set()
    for listed in people.order_by().values_list("exposed_kinds", flat=True).distinct():
        kinds.update(listed)
    return joined(facts_of_kinds(sorted(kinds)), _population(people), _access(incident))


def _population(people: QuerySet[AffectedPerson]) -> Facts:
    found = []
    if people.filter(minor=True).exists():
        found.append("minors")
    if people.filter(status_at_exposure="in_custody").exists():
        found.append("detained")
    return {"population": tuple(found)}


def _access(incident: Incident) -> Facts:
    record = ExposureRecord.objects.filter(incident=incident).first()
    obtained = Recipient.objects.filter(incident=incident, obtained_data=True).exclude(
        recipient_class__in=("own", "monitor")
    )
    access = []
    if obtained.exists():
        access.append("obtained")
    if record is None or record.adverse_assumption:
        access.append("assumed")
    if not access:
        access.append("none_seen")
    policy = RecipientPolicy.objects.filter(incident=incident).order_by("-version").first()
    withheld = policy is not None and policy.tells == RecipientPolicy.Tells.WITHHELD
    unknown = record is None or record.adverse_assumption or withheld
    return {"access": tuple(access), "recipients": ("unknown",) if unknown else ()}


def _known(playbook: Playbook, cohort: str) -> str:
    names = [item.name for item in playbook.cohorts]
    if cohort not in names:
        raise UsageError(
            "cohort-unknown",
            f"the playbook has no cohort {cohort!r}",
            hint=f"one of: {', '.join(names)}",
            where=cohort,
        )
    return cohort
