"""ActingSystem and ApiKey: who must ask the gate before an adverse action, and by what it is known."""

from __future__ import annotations

from django.db import models


class ActingSystem(models.Model):
    """A system of the organisation that could act against a held person, and so must ask first (R24)."""

    class Mode(models.TextChoices):
        PULL = "pull"
        """It fetches its hold list when it likes."""
        PUSH = "push"
        """It is told by a webhook that there is a new list, and fetches it then."""

    name = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    contact = models.CharField(max_length=200)
    """Office and telephone to call when the system falls silent; no person's name."""
    actions = models.JSONField()
    """Adverse actions that it can take, as holds name them: ``["removal"]``."""
    registered_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    mode = models.CharField(max_length=4, choices=Mode.choices, default=Mode.PULL)
    webhook_url = models.CharField(max_length=500, blank=True, default="")
    silent_after_seconds = models.IntegerField(default=86_400)
    """How long it may say nothing, and how long it may take to acknowledge a new list."""
    list_key_id = models.CharField(max_length=8, blank=True, default="")
    """Public part of its list secret."""
    sealed_list_secret = models.BinaryField(null=True)
    """The 32 bytes from which the keys of its lists and webhooks are derived, sealed."""
    push_failures = models.IntegerField(default=0)
    """Webhooks that failed one after the other."""
    push_disabled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """One key of one acting system. Only a hash of its secret is kept; the secret is shown once.

    ``live`` answers authorise an action; ``team`` answers are for staff who look something up, and authorise
    none; ``test`` keys never touch a real person: they know two invented identifiers and nobody else.
    """

    class Kind(models.TextChoices):
        LIVE = "live"
        TEAM = "team"
        TEST = "test"

    key_id = models.CharField(max_length=12, primary_key=True)
    """Public part of the key, random, hexadecimal."""
    system = models.ForeignKey(ActingSystem, on_delete=models.PROTECT, related_name="api_keys")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    secret_sha256 = models.CharField(max_length=64)
    """The secret has 256 random bits, so that a plain hash is as good as a slow one, and far faster."""
    actions = models.JSONField()
    """The subset of the system's actions that this key may ask about."""
    requests_per_second = models.IntegerField()
    """Sustained rate; twice as many may come at once."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    replaced_by = models.CharField(max_length=12, blank=True, default="")
    """Key that took its place when it was rotated; until ``expires_at`` both are valid."""

    class Meta:
        ordering = ("created_at", "key_id")

    def __str__(self) -> str:
        return f"{self.kind} key {self.key_id}"
