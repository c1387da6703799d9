"""Tell people again when facts have changed, and hold them longer because of it (R36)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.fields import DateTimeField

from amends.casework.acts import Act, journalled
from amends.casework.hold_steps import take_step
from amends.casework.permissions import check_may
from amends.casework.policies import locked_open
from amends.casework.queries.letters import LANGUAGES
from amends.ledger.bulk import in_chunks, insert_select
from amends.ledger.models import AffectedPerson, Incident, Remedy, SupplementaryNotice
from amends.remedy.cohorts import members
from amends.remedy.plan_on_record import playbook_on_record
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import UsageError

_DUE: Final = timedelta(days=2)
"""As long as the first notice had: what is new protects nobody who does not know it."""
_LONGEST_SENTENCE: Final = 400


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told: everyone of a cohort of the playbook, or listed persons (by the holds on their rows)."""

    cohort: str = ""
    holds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedSupplement:
    """What is owed now, and what it did to the holds."""

    number: int
    to_persons: int
    to_representatives: int
    holds_extended: int
    holds_lifted: int
    """Holds on these persons that had been lifted before and stay so: somebody decides whether to place them again."""
    already: bool


def plan_supplementary_notice(
    *, incident: Incident, told: Told, what_changed: Mapping[str, Sequence[str]], act: Act
) -> PlannedSupplement:
    """Owe each person, and whoever represents them, a notice that says what changed; their holds wait for it.

    ``what_changed``: language → sentences, in every language that notices are written in; the same for everybody,
    and so about nobody in particular. The earliest end of each hold in force is open again until the new notices are
    proven delivered. The same words to the same people a second time change nothing. Raises `UsageError`
    ``what-changed-missing``, ``cohort-unknown`` and ``persons-unknown``.
    """
    check_may(act, "plan_supplementary_notice")
    words = _checked(what_changed)
    with journalled("plan_supplementary_notice", act) as change:
        incident = locked_open(incident)
        keys = _persons(incident, told)
        if not keys:
            raise UsageError(
                "persons-unknown",
                "nobody of this incident is named",
                hint="name a cohort that has members, or holds whose persons are known",
            )
        notice, is_new = _notice(incident, words, act)
        plan = _Plan(incident, notice, act)
        to_persons, to_representatives = plan.owe(keys)
        extended, lifted = plan.extend(keys) if to_persons + to_representatives else (0, 0)
        if to_persons + to_representatives:
            SupplementaryNotice.objects.filter(pk=notice.pk).update(persons=F("persons") + to_persons)
            change.incident = incident.reference
            change.detail = {
                "number": notice.number,
                "new": is_new,
                "cohort": told.cohort,
                "to_persons": to_persons,
                "to_representatives": to_representatives,
                "holds_extended": extended,
                "holds_lifted_before": lifted,
            }
    return PlannedSupplement(
        notice.number, to_persons, to_representatives, extended, lifted, already=not change.detail
    )


def _checked(what_changed: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    words = {
        language: [" ".join(text.split()) for text in what_changed.get(language, ()) if text.strip()]
        for language in LANGUAGES
    }
    counts = {len(sentences) for sentences in words.values()}
    if len(counts) != 1 or counts == {0}:
        raise UsageError(
            "what-changed-missing",
            "what has changed is not said in every language that notices are written in",
            hint=f"say the same sentences in each of: {', '.join(LANGUAGES)}",
        )
    if any(len(text) > _LONGEST_SENTENCE for sentences in words.values() for text in sentences):
        raise UsageError(
            "text-too-long",
            f"a sentence about what changed has more than {_LONGEST_SENTENCE} characters",
            hint="say it in several sentences",
        )
    return words


def _persons(incident: Incident, told: Told) -> list[int]:
    """Return the keys of those to be told, in order."""
    playbook = playbook_on_record(incident)
    if told.cohort:
        if told.cohort not in {cohort.name for cohort in playbook.cohorts}:
            raise UsageError(
                "cohort-unknown",
                f"the playbook has no cohort {told.cohort!r}",
                hint=f"one of: {', '.join(cohort.name for cohort in playbook.cohorts)}",
            )
        everyone = members(playbook.cohort(told.cohort), incident)
        return list(everyone.order_by("pk").values_list("pk", flat=True))
    holds = Remedy.objects.filter(incident=incident, kind=Remedy.Kind.HOLD, person__isnull=False)
    found = {
        person
        for keys in in_chunks(sorted(set(told.holds)))
        for person in holds.filter(pk__in=keys).values_list("person_id", flat=True)
        if person is not None
    }
    return sorted(found)


def _notice(incident: Incident, words: dict[str, list[str]], act: Act) -> tuple[SupplementaryNotice, bool]:
    """Return the notice with these words, and whether it is new."""
    earlier = list(SupplementaryNotice.objects.filter(incident=incident).order_by("number"))
    for notice in earlier:
        if notice.what_changed == words:
            return notice, False
    number = earlier[-1].number + 1 if earlier else 1
    made = SupplementaryNotice.objects.create(
        incident=incident, number=number, what_changed=words, persons=0, planned_at=act.now
    )
    return made, True


class _Plan:
    """One supplementary notice on its way to its persons; the caller holds the transaction."""

    def __init__(self, incident: Incident, notice: SupplementaryNotice, act: Act) -> None:
        self._incident, self._notice, self._act = incident, notice, act

    def owe(self, persons: Sequence[int]) -> tuple[int, int]:
        """Write the notices that are not owed yet; return how many to persons and to representatives."""
        to_persons = to_representatives = 0
        for keys in in_chunks(persons):
            chosen = AffectedPerson.objects.filter(pk__in=keys)
            to_persons += self._owe_one(chosen, self._notice.entitlement, "person")
            represented = chosen.filter(representative__isnull=False)
            to_representatives += self._owe_one(
                represented, self._notice.representative_entitlement, "representative"
            )
        return to_persons, to_representatives

    def _owe_one(self, persons: QuerySet[AffectedPerson], entitlement: str, addressee: str) -> int:
        already = Remedy.objects.filter(person=OuterRef("pk"), entitlement=entitlement, row__isnull=True)
        first = Remedy.objects.filter(
            incident=self._incident, kind=Remedy.Kind.NOTICE, addressee=addressee
        ).first()
        texts: dict[str, Any] = {
            "addressee": addressee,
            "owner": first.owner if first else "Privacy office",
            "authority": first.authority if first else "Supplementary notice: facts have changed",
            "barred_action": "",
            "earliest_end": "",
            "end_condition": "",
        }
        values = {
            "incident": F("incident_id"),
            "person": F("id"),
            "kind": Value(Remedy.Kind.NOTICE.value),
            "entitlement": Value(entitlement),
            "state": Value(workflow_of(Remedy.Kind.NOTICE).initial),
            "due_at": _instant(self._act.now + _DUE),
            "created_at": _instant(self._act.now),
            **{name: Value(text) for name, text in texts.items()},
        }
        return insert_select(Remedy, values, persons.filter(~Exists(already)))

    def extend(self, persons: Sequence[int]) -> tuple[int, int]:
        """Extend the holds in force on these persons; return how many, and how many had been lifted before."""
        in_force: list[Remedy] = []
        lifted = 0
        for keys in in_chunks(persons):
            holds = Remedy.objects.filter(incident=self._incident, kind=Remedy.Kind.HOLD, person__in=keys)
            in_force += holds.filter(state="in_force").select_for_update().order_by("pk")
            lifted += holds.exclude(state="in_force").count()
        if in_force:
            take_step(in_force, "extend", now=self._act.now, extended_at=self._act.now)
        return len(in_force), lifted


def _instant(moment: datetime) -> Value:
    return Value(moment, output_field=DateTimeField())
