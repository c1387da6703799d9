"""FileRelease: two people let one file go to one audience although its screening did not say clear."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.release import Release


class FileRelease(models.Model):
    """A request to let a file pass, and what a second person decided: for that hash and that audience alone."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        RELEASED = "released"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        """Released once, and not any more; what has been published by then stays published."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="file_releases")
    """The screening that the request rests on, with the file's SHA-256 and the audience."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    reason = models.CharField(max_length=500)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """Until when the request waits for its second person; a release itself does not expire."""
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Reference for lists and commands: ``F-000012``."""
        return f"F-{self.pk:06d}"
