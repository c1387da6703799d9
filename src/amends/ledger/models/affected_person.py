"""AffectedPerson: a data subject touched by an incident."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident
from amends.ledger.models.representative import Representative


class AffectedPerson(models.Model):
    """One data subject of one incident, found in the registry or not (R14, R16, R17).

    A person of several incidents has one entry in each, tied by the registry's reference, so that an
    overlap neither doubles nor loses a notice. A row that could not be linked stands for a person of
    its own: unknown to the registry, protected all the same.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="persons")
    registry_person_id = models.CharField(max_length=80, blank=True)
    """Empty for a person who is not, or not surely, known to the registry."""
    first_row = models.IntegerField()
    """Row number of the strongest row that names this person."""
    table_name = models.CharField(max_length=255)
    sealed_details = models.BinaryField()
    """Names, address and contact data, sealed; bound to incident and row."""
    exposed_kinds = models.JSONField()
    language = models.CharField(max_length=35, blank=True)
    """BCP 47 tag."""
    contact_channels = models.CharField(max_length=80, blank=True)
    """Safe-contact mark of the registry; ``none`` means no letter at all (R32)."""
    deceased = models.BooleanField(default=False)
    minor = models.BooleanField(default=False)
    """Younger than 18 years when the data were exposed."""
    representative = models.ForeignKey(
        Representative, on_delete=models.PROTECT, null=True, related_name="clients"
    )
    status_as_of = models.CharField(max_length=20, default="unknown")
    status_at_exposure = models.CharField(max_length=20, default="unknown")
    status_at_discovery = models.CharField(max_length=20, default="unknown")
    status_at_hold = models.CharField(max_length=20, default="unknown")
    status_now = models.CharField(max_length=20, default="unknown")
    """As of the last reading of the registry's status history; the history itself is in `StatusEpisode`."""
    removed_on = models.DateTimeField(null=True)
    """First removal at or after the as-of instant (or the exposure, where there is none)."""
    removal_phase = models.CharField(max_length=24, default="none")
    """``before_exposure``, ``before_discovery``, ``before_hold``, ``after_hold`` or ``none``."""
    facts = models.JSONField(default=dict)
    """Facts that playbooks ask about, by name: ``{"fear_finding": "positive"}``."""

    class Meta:
        ordering = ("incident", "first_row")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "registry_person_id"),
                condition=~models.Q(registry_person_id=""),
                name="affected_person_once_per_incident",
            ),
            models.UniqueConstraint(
                fields=("incident", "table_name", "first_row"), name="affected_person_one_first_row"
            ),
        )
        indexes = (
            # The unique constraint above is partial, and SQLite does not use it for look-ups.
            models.Index(fields=("registry_person_id", "incident"), name="affected_person_registry"),
        )

    def __str__(self) -> str:
        return f"person of row {self.first_row}"
