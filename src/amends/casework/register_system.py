"""Register a system that could act against a held person, so that it can ask, be told and be heard (R24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from amends.casework.acting_systems.list_keys import new_list_secret
from amends.casework.acting_systems.systems import (
    check_barred,
    check_name,
    check_not_retired,
    check_silence,
    check_webhook,
    checked_actions,
)
from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.ledger.gate_index import touch
from amends.ledger.models import ActingSystem
from amends.vocabulary.errors import RefusalError, UsageError


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """What is known of an acting system."""

    name: str
    """Small letters, digits and hyphens; becomes the name of a folder."""
    title: str
    contact: str
    """Office and telephone; no person's name."""
    actions: Sequence[str]
    """Adverse actions that it can take."""
    silent_after: timedelta
    """How long it may say nothing before somebody is called."""
    webhook_url: str = ""
    """Where it is told of new lists; empty for a system that pulls."""
    not_barred: bool = False
    """Whether it is known that one of its actions is barred by no hold, and everybody is clear for it."""

    @property
    def mode(self) -> ActingSystem.Mode:
        """Push where there is a webhook, pull where there is none."""
        return ActingSystem.Mode.PUSH if self.webhook_url else ActingSystem.Mode.PULL


@dataclass(frozen=True, slots=True)
class RegisteredSystem:
    """The system, its list secret (shown this once), and whether it stood already."""

    name: str
    mode: str
    list_secret: str = field(repr=False)
    """Empty where the system stood already."""
    already: bool


def register_system(*, facts: SystemFacts, act: Act) -> RegisteredSystem:
    """Register an acting system and make its list secret, which is returned once and kept sealed.

    Raises `RefusalError` ``system-registered-differently`` where one of this name has other facts: what a system may do
    is not changed in passing; ``action-not-barred`` where no hold of any playbook bars one of its actions and nobody
    says that this is known; `UsageError` ``action-unknown`` for an action that nothing knows.
    """
    check_may(act, "register_system")
    values = _checked(facts)
    free = check_barred(checked_actions(facts.actions), not_barred=facts.not_barred)
    with journalled("register_system", act) as change:
        standing = ActingSystem.objects.select_for_update().filter(name=facts.name).first()
        if standing is not None:
            check_not_retired(standing)
            _check_same(standing, values)
            return RegisteredSystem(facts.name, standing.mode, "", already=True)
        secret = new_list_secret(facts.name)
        ActingSystem.objects.create(
            name=facts.name,
            registered_at=act.now,
            list_key_id=secret.key_id,
            sealed_list_secret=secret.sealed,
            **values,
        )
        generation = touch()
        change.detail = {
            "system": facts.name,
            "actions": values["actions"],
            "not_barred": free,
            "mode": facts.mode.value,
            "silent_after_seconds": values["silent_after_seconds"],
            "list_key_id": secret.key_id,
            "generation": generation,
        }
    return RegisteredSystem(facts.name, facts.mode.value, secret.shown, already=False)


def _checked(facts: SystemFacts) -> dict[str, object]:
    check_name(facts.name)
    check_silence(facts.silent_after)
    for text, name in (
        (facts.title, "title"),
        (facts.contact, "contact"),
        (facts.webhook_url, "webhook_url"),
    ):
        check_length(text, ActingSystem, name, where=f"--{name.replace('_', '-')}")
    if not facts.title.strip() or not facts.contact.strip():
        raise UsageError(
            "system-undescribed",
            "an acting system has no title or no contact",
            hint="say what it is, and which office is called when it falls silent",
        )
    if facts.webhook_url:
        check_webhook(facts.webhook_url)
    return {
        "title": facts.title,
        "contact": facts.contact,
        "actions": checked_actions(facts.actions),
        "mode": facts.mode.value,
        "webhook_url": facts.webhook_url,
        "silent_after_seconds": int(facts.silent_after.total_seconds()),
    }


def _check_same(standing: ActingSystem, values: dict[str, object]) -> None:
    different = sorted(name for name, value in values.items() if getattr(standing, name) != value)
    if different:
        raise RefusalError(
            "system-registered-differently",
            f"{standing.name} is registered with another {', '.join(different).replace('_', ' ')}",
            hint="retire it and register it under a new name, or give the facts as they stand",
        )
