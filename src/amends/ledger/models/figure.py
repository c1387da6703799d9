"""Figure: a published number, with the query behind it."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class Figure(models.Model):
    """One number of one edition of an incident's figures (R41), with the query that anyone can run again."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="figures")
    edition = models.IntegerField()
    """1 for the first publication; a new edition only where a value changed."""
    name = models.CharField(max_length=60)
    value = models.BigIntegerField()
    unit = models.CharField(max_length=20)
    query = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("incident", "edition", "name"), name="figure_once_per_edition"),
        )

    def __str__(self) -> str:
        return f"{self.name} (edition {self.edition})"
