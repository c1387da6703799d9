"""HoldTerm: since when one hold stands, when it may end at the earliest, and on what its end depends."""

from __future__ import annotations

from typing import Final

from django.db import models

from amends.ledger.models.remedy import Remedy

NOTICE_DELIVERED: Final = "notice_delivered"
"""Every notice to the person, and to whoever represents them, is proven delivered."""
WAITING_TIME: Final = "waiting_time"
"""The waiting time has passed since the last of these deliveries, and since the hold began."""
REVIEWS_DONE: Final = "reviews_done"
"""No review of the person is unfinished."""
DOCUMENT: Final = "document"
"""A document is referred to that ends what the hold protects, such as a decision or a written waiver."""
POPULATION_CONDITIONS: Final = (NOTICE_DELIVERED, WAITING_TIME, REVIEWS_DONE)
"""On what the end of a hold on a leaked row depends (R25)."""
PERSON_CONDITIONS: Final = (*POPULATION_CONDITIONS, DOCUMENT)
"""On what the end of a hold depends that a playbook owes to a person: never on less than the first."""


class HoldTerm(models.Model):
    """The term of one hold, as data (R24): a hold without a term does not end.

    Whether the hold is in force stands in its remedy. The earliest end is written here whenever a notice is
    delivered or planned, for lists and for people; at lifting every condition is looked at afresh.
    """

    # Written by one statement out of the holds themselves; checking a million of them one by one again, when the
    # transaction ends, would keep the last of them waiting.
    hold = models.OneToOneField(
        Remedy, on_delete=models.PROTECT, primary_key=True, db_constraint=False, related_name="term"
    )
    begins_at = models.DateTimeField()
    """When the present period began: when it was placed, or placed again."""
    waiting_days = models.IntegerField()
    """Whole days that must pass after the day of the last proven delivery."""
    conditions = models.CharField(max_length=120)
    """Names of the conditions of its end, between spaces."""
    not_before = models.DateTimeField(null=True)
    """Extended until then by decision, whatever the deliveries say."""
    earliest_end_at = models.DateTimeField(null=True)
    """Null until every notice is proven delivered."""
    extended_at = models.DateTimeField(null=True)
    """Last time that its end was moved later."""
    lifted_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=60, blank=True)
    """Reference of the release that lifted it."""
    version = models.IntegerField(default=1)
    """Grows with every change, so that an update that overwrites another shows."""

    def __str__(self) -> str:
        return f"term of hold {self.hold_id}"
