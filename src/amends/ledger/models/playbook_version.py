"""PlaybookVersion: the words that a plan followed."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class PlaybookVersion(models.Model):
    """One version of a playbook by which one incident was planned, kept whole (R23).

    The last one is the plan on record. Playbooks change with the program; an old plan must be explained years
    later by the words it followed, so that those are kept here and not only their number.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="playbook_versions")
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    """Of the text: two versions of one number that differ are told apart by it."""
    text = models.TextField()
    """The playbook as canonical JSON; holds no personal data."""
    planned_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.sha256[:12]})"
