"""Representative: who stands for a person."""

from __future__ import annotations

from django.db import models


class Representative(models.Model):
    """Counsel, guardian or other representative whose authority the registry vouches for (R31)."""

    registry_representative_id = models.CharField(max_length=80, unique=True)
    sealed_details = models.BinaryField()
    """Name and address, sealed."""

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"representative {self.pk}"
