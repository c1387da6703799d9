"""LeakedRow: one row of the leaked file, and what became of it."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident
from amends.vocabulary.judgement import Judgement, RowOutcome


class LeakedRow(models.Model):
    """One row of the leaked file (R13). It names no one: its identifiers are sealed, its
    other values stay in the sealed artefact.

    Every row has a hold from the moment the population is protected, whatever its outcome becomes.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="rows")
    table_name = models.CharField(max_length=255)
    row_number = models.IntegerField()
    """As a spreadsheet shows it, 1-based."""
    hidden = models.BooleanField()
    exposed_kinds = models.JSONField()
    """Kinds of personal data that this row exposed, in the order of the columns."""
    identifier_fingerprint = models.CharField(max_length=32, blank=True)
    """Keyed fingerprint of the first normalised identifier; empty where the row has none."""
    sealed_identifiers = models.BinaryField(null=True)
    """Every normalised identifier of the row as a sealed JSON list, from which fingerprints are made anew when the
    key changes; null where the row has none."""
    judgement = models.CharField(
        max_length=12, choices=[(j, j) for j in Judgement], default=Judgement.NOT_JUDGED
    )
    outcome = models.CharField(max_length=16, choices=[(o, o) for o in RowOutcome], blank=True)
    """Empty until the rows have been identified."""
    registry_person_id = models.CharField(max_length=80, blank=True)
    """The registry's own reference of the person, or of the best candidate while unsure."""
    weight = models.FloatField(null=True)
    """Match weight: log2 of the Bayes factor (Fellegi and Sunter 1969)."""
    gap = models.FloatField(null=True)
    """Weight above the next person."""
    reason = models.CharField(max_length=500, blank=True)
    duplicate_of = models.IntegerField(null=True)
    """Row number of the row that stands for the same person."""
    person = models.ForeignKey(
        "ledger.AffectedPerson", on_delete=models.PROTECT, null=True, related_name="rows"
    )

    class Meta:
        ordering = ("incident", "table_name", "row_number")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "table_name", "row_number"), name="leaked_row_once_per_incident"
            ),
        )
        indexes = (
            models.Index(fields=("incident", "registry_person_id"), name="leaked_row_registry_person"),
            models.Index(fields=("identifier_fingerprint",), name="leaked_row_fingerprint"),
        )

    def __str__(self) -> str:
        return f"row {self.row_number}"
