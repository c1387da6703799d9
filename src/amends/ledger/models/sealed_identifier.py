"""SealedIdentifier: an identifier that the registry has for the person of a leaked row."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.leaked_row import LeakedRow


class SealedIdentifier(models.Model):
    """One further identifier under which the hold on a row is found, and which the row itself does not hold.

    The gate needs its fingerprint alone. The identifier is kept, sealed, because hold lists are keyed for each acting
    system and fingerprints must be made anew when the key changes.
    """

    row = models.ForeignKey(LeakedRow, on_delete=models.PROTECT, related_name="further_identifiers")
    fingerprint = models.CharField(max_length=32)
    """Keyed fingerprint, as in `HeldIdentifier`."""
    key_id = models.CharField(max_length=8)
    sealed = models.BinaryField()
    """The normalised identifier, sealed, bound to ``identifier of row <key>``."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("row", "fingerprint"), name="sealed_identifier_once_per_row"),
        )

    def __str__(self) -> str:
        return f"identifier of row {self.row_id}"
