"""Artefact: a piece of evidence under chain of custody."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class Artefact(models.Model):
    """A file as it was when the incident was opened (R05).

    The leaked file is kept sealed in the vault. Logs and the registry are too large, or belong elsewhere:
    of them the hash, size and name are kept, so that anyone can show later that it is the same file.
    """

    class Kind(models.TextChoices):
        LEAKED_FILE = "leaked-file"
        ACCESS_LOG = "access-log"
        REGISTRY = "registry"
        MAPPING = "mapping"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="artefacts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    sealed = models.BooleanField()
    """Whether the content lies sealed in the vault under its hash."""
    preserved_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("incident", "kind", "sha256"), name="artefact_once_per_incident"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"
