"""ReviewCase and ReviewEvent: who decides a review, what was decided and why, and who looked a second time."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.remedy import Remedy


class ReviewCase(models.Model):
    """What is recorded of one review once somebody has it (R26). Its state stands in the remedy and nowhere else.

    A decision that needs a second look is a proposal until another person confirms it: ``outcome`` is filled, the
    remedy is still under review, and `second_at` is empty. Reasons name no facts of the person's life: the file of
    the case holds those, and this table is read by many.
    """

    remedy = models.OneToOneField(Remedy, on_delete=models.PROTECT, related_name="review_case")
    assigned_to = models.CharField(max_length=80, blank=True)
    assigned_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    """Name of one of the outcomes that `remedy/reviews.toml` lists for this kind of review."""
    outcome_reason = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    awaits_second_look = models.BooleanField(default=False)
    second_by = models.CharField(max_length=80, blank=True)
    second_at = models.DateTimeField(null=True)
    second_reason = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True)
    """When the outcome took effect; empty again once the review is reopened."""
    times_sent_back = models.IntegerField(default=0)
    times_reopened = models.IntegerField(default=0)

    class Meta:
        ordering = ("remedy",)
        indexes = (models.Index(fields=("assigned_to",), name="review_case_assigned_to"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome="", decided_at__isnull=True, decided_by="")
                | (
                    ~models.Q(outcome="")
                    & ~models.Q(outcome_reason="")
                    & ~models.Q(decided_by="")
                    & models.Q(decided_at__isnull=False)
                ),
                name="review_outcome_has_a_decider_and_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(second_at__isnull=True, second_by="")
                | (models.Q(second_at__isnull=False) & ~models.Q(second_by=models.F("decided_by"))),
                name="review_second_look_is_anothers",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True)
                | (models.Q(awaits_second_look=False) & ~models.Q(outcome="")),
                name="review_closed_with_an_outcome",
            ),
        )

    def __str__(self) -> str:
        return f"review {self.remedy_id}"


class ReviewEvent(models.Model):
    """A review closed or was opened again: what actions are checked against, as it stood at their instant."""

    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="review_events")
    closed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"review {self.remedy_id} {'closed' if self.closed else 'reopened'}"
