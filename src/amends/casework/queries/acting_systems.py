"""Acting systems, their keys and their standing alarms, for the doors. No secret and no hash of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from amends.ledger.models import ActingSystem, Alarm, ApiKey, GateState


@dataclass(frozen=True, slots=True)
class ListedKey:
    """One API key by its public part."""

    key_id: str
    kind: str
    actions: tuple[str, ...]
    requests_per_second: int
    state: str
    """``valid``, ``replaced`` (valid until it expires), ``expired`` or ``revoked``."""
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedSystem:
    """One acting system."""

    name: str
    title: str
    contact: str
    actions: tuple[str, ...]
    mode: str
    silent_after_seconds: int
    retired_at: datetime | None
    push_disabled_at: datetime | None
    list_sequence: int
    acknowledged: int
    last_heartbeat: datetime | None
    keys: tuple[ListedKey, ...]


@dataclass(frozen=True, slots=True)
class StandingAlarm:
    """One alarm that nobody has mended."""

    kind: str
    about: str
    message: str
    detail: dict[str, Any]
    raised_at: datetime


def list_systems(*, now: datetime) -> list[ListedSystem]:
    """Return every acting system, the retired ones too, by name."""
    found = ActingSystem.objects.annotate(
        sequence=Max("lists__sequence"),
        acknowledged=Max("acknowledgements__sequence"),
        heartbeat=Max("heartbeats__at"),
    ).prefetch_related("api_keys")
    return [
        ListedSystem(
            system.name,
            system.title,
            system.contact,
            tuple(system.actions),
            system.mode,
            system.silent_after_seconds,
            system.retired_at,
            system.push_disabled_at,
            system.sequence or 0,
            system.acknowledged or 0,
            system.heartbeat,
            tuple(_listed(key, now) for key in system.api_keys.all()),
        )
        for system in found
    ]


def standing_alarms() -> list[StandingAlarm]:
    """Return the alarms that stand, oldest first."""
    return [
        StandingAlarm(alarm.kind, alarm.about, alarm.message, alarm.detail, alarm.raised_at)
        for alarm in Alarm.objects.filter(cleared_at__isnull=True)
    ]


def gate_generation() -> int:
    """Return the generation of the gate: while it stands still, there is nothing new to publish."""
    return int(GateState.objects.values_list("generation", flat=True).get(pk=1))


def _listed(key: ApiKey, now: datetime) -> ListedKey:
    state = "replaced" if key.replaced_by else "valid"
    if key.expires_at is not None and key.expires_at <= now:
        state = "expired"
    if key.revoked_at is not None:
        state = "revoked"
    return ListedKey(key.key_id, key.kind, tuple(key.actions), key.requests_per_second, state, key.expires_at)
