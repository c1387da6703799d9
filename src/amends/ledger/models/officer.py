"""Officer: who may ask for the end of a hold, and who may approve it."""

from __future__ import annotations

from django.db import models


class Officer(models.Model):
    """One person of the organisation with an authority of their own, and a passphrase that only they know.

    A name alone proves nothing: whoever types a command can type any name. Only a slow salted hash of the
    passphrase is kept.
    """

    name = models.CharField(max_length=80, unique=True)
    """As it stands in journal entries, with single spaces and in lower case."""
    may_request = models.BooleanField(default=False)
    may_approve = models.BooleanField(default=False)
    passphrase = models.CharField(max_length=200)
    """Hash with its salt and method, as Django's hashers write it."""
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=80)
    founder = models.SmallIntegerField(null=True, unique=True)
    """1 or 2 for the two whom nobody had to countersign; null for everyone after them."""
    line = models.SmallIntegerField(null=True)
    """Founder (1 or 2) at the beginning of the countersignatures that made this officer; never changes. Whoever grants
    authority may know the new officer's passphrase, so that all officers of one line may be one person."""
    revoked_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    """Wrong passphrases in a row."""
    locked_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(founder__isnull=True) | models.Q(founder__in=(1, 2)),
                name="officer_two_founders",
            ),
        )

    def __str__(self) -> str:
        return self.name
