"""ClockFiring: a clock that went off, once."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from amends.ledger.models.incident import Incident


class ClockFiring(models.Model):
    """One mark of one clock (half of the period, a day before, due, overdue) that has gone off.

    The unique constraint makes "never twice" a property of the database and not of a schedule. A due time that
    moves is another clock: its marks go off anew. ``fired_at`` later than ``fires_at`` means that the program did not
    run in between; the difference is said and never hidden. Telling somebody is apart from firing: a firing that
    nobody was told of is told again.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="clock_firings")
    subject = models.CharField(max_length=120)
    """``duty:us-federal/cisa``, ``remedy:notice:notice_person``, ``untold``. Names nobody."""
    mark = models.CharField(max_length=24)
    due_at = models.DateTimeField()
    """The end of the clock that the mark belongs to."""
    fires_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    open_count = models.IntegerField()
    """How many were open when it went off: 1 for a duty, else a number of remedies or people."""
    claimed_at = models.DateTimeField(null=True)
    """When a run took it upon itself to tell somebody."""
    told_at = models.DateTimeField(null=True)
    tellings = models.IntegerField(default=0)
    """How often a run began to tell it: more than once only where one died before it had finished."""

    class Meta:
        ordering = ("fires_at", "subject", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "subject", "mark", "due_at"), name="clock_fires_once"
            ),
            models.CheckConstraint(
                condition=models.Q(fired_at__gte=models.F("fires_at")), name="clock_never_early"
            ),
        )
        indexes = (models.Index(fields=("told_at", "claimed_at"), name="clock_firing_untold"),)

    def __str__(self) -> str:
        return f"{self.subject} {self.mark}"

    @property
    def late_by(self) -> timedelta:
        """How much later it went off than it should have."""
        return self.fired_at - self.fires_at
