"""FormerFingerprint: by which fingerprint a hold was found before the fingerprint key was changed."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.remedy import Remedy


class FormerFingerprint(models.Model):
    """One identifier of one hold under a key that is gone: the gate's earlier answers carry this fingerprint.

    Nothing is looked up by it but answers of the past. It goes when the identifiers of its incident are erased.
    """

    hold = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="former_fingerprints")
    fingerprint = models.CharField(max_length=32)
    key_id = models.CharField(max_length=8)
    """Of the key under which it was made."""
    successor = models.CharField(max_length=32)
    """Fingerprint of the same identifier under the key of today."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("hold", "fingerprint"), name="former_fingerprint_once_per_hold"),
        )
        indexes = (models.Index(fields=("successor",), name="former_fingerprint_successor"),)

    def __str__(self) -> str:
        return f"former fingerprint of hold {self.hold_id}"
