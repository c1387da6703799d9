"""Due times that count from an event of the person: set once, as soon as the event has happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Min

from amends.ledger.models import AffectedPerson, Delivery, Incident
from amends.remedy.due_rule import PERSON_TRIGGERS
from amends.remedy.planning import on_record
from amends.remedy.playbook_parts import PERSONAL_ADDRESSEES, Entitlement, Playbook
from amends.remedy.statemachine import WITHDRAWN

_TOLD: Final = (*PERSONAL_ADDRESSEES, "representative")


def set_due_by_events(
    incident: Incident, playbook: Playbook, triggers: Collection[str] = PERSON_TRIGGERS
) -> int:
    """Give every measure whose trigger has happened for its person its due time; return how many got one.

    A due time that stands is left alone: a second delivery does not give the office more time. ``triggers`` names
    the events to look at, where the caller knows which have happened.
    """
    rules = [rule for rule in playbook.entitlements if rule.due.trigger in set(triggers) & PERSON_TRIGGERS]
    happened = {trigger: _events(incident, trigger) for trigger in {rule.due.trigger for rule in rules}}
    return sum(_set_due(rule, incident, happened[rule.due.trigger]) for rule in rules)


def _events(incident: Incident, trigger: str) -> dict[int, datetime]:
    """Return person → instant of the event, for those for whom it has happened."""
    if trigger == "removal":
        removed = AffectedPerson.objects.filter(incident=incident, removed_on__isnull=False)
        return {person: at for person, at in removed.order_by("id").values_list("id", "removed_on") if at}
    delivered = Delivery.objects.filter(
        notice__incident=incident, notice__addressee__in=_TOLD, fate=Delivery.Fate.DELIVERED
    )
    firsts = delivered.order_by().values_list("notice__person_id").annotate(first=Min("at"))
    return dict(firsts)


def _set_due(rule: Entitlement, incident: Incident, happened: dict[int, datetime]) -> int:
    waiting = on_record(incident, rule.name).filter(due_at__isnull=True).exclude(state=WITHDRAWN)
    values = list(_due_times(rule, waiting.order_by("id").values_list("id", "person_id"), happened))
    if values:
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE ledger_remedy SET due_at = %s WHERE id = %s", values)
    return len(values)


def _due_times(
    rule: Entitlement, waiting: Iterable[tuple[int, int | None]], happened: dict[int, datetime]
) -> Iterator[tuple[str | None, int]]:
    adapt = connection.ops.adapt_datetimefield_value
    for remedy, person in waiting:
        if person is not None and person in happened:
            yield adapt(rule.due.after(happened[person])), remedy
