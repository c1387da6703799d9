"""Release: what is offered for publication or sending."""

from __future__ import annotations

from django.db import models


class Release(models.Model):
    """A file offered to an audience, with the verdict of its screening (R11, R12)."""

    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    audience = models.CharField(max_length=60)
    verdict = models.CharField(max_length=12)
    people = models.IntegerField()
    """Lower bound on the number of people whom the file lists, hidden rows included."""
    kinds = models.JSONField()
    skipped = models.IntegerField()
    screened_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"release {self.sha256[:12]}"
