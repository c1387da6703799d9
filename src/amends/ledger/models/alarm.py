"""Alarm: something that a person must look at, raised once and standing until it is mended."""

from __future__ import annotations

from django.db import models


class Alarm(models.Model):
    """One thing that is wrong. It is raised once, however often it is seen, and cleared when it is seen no more.

    ``kind`` and ``about`` say what and where, in words without personal data.
    """

    kind = models.CharField(max_length=40)
    """Kebab-case: ``system-silent``, ``hold-missing-there`` ..."""
    about = models.CharField(max_length=80)
    """Name of the acting system, or reference of the incident or remedy."""
    message = models.CharField(max_length=500)
    detail = models.JSONField()
    """Counts, instants and references."""
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("raised_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "about"),
                condition=models.Q(cleared_at__isnull=True),
                name="alarm_once_while_it_stands",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
