"""FingerprintSuccessor: which fingerprint replaces which while the fingerprint key is changed."""

from __future__ import annotations

from django.db import models


class FingerprintSuccessor(models.Model):
    """The same identifier under the key that goes and under the key that comes; empty except during a re-key.

    It names no identifier. It lets one statement give every hold its new row, whatever the number of holds on
    an identifier, and shows by a join which held fingerprint has no successor yet.
    """

    former = models.CharField(max_length=32, primary_key=True)
    successor = models.CharField(max_length=32)

    def __str__(self) -> str:
        return "successor of a fingerprint"
