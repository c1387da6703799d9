"""What a playbook is made of: cohorts, and what each is owed. Values only; reading and checking stand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from amends.remedy.due_rule import INCIDENT_TRIGGERS, DueRule
from amends.vocabulary.errors import UsageError

PERSONAL_ADDRESSEES: Final = ("person", "guardian", "next_of_kin")
"""Whom a notice must name for its person to count as told, or as about to be told."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A condition on one person. Everything in it must hold; empty, it holds for everyone."""

    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a status at a point in time, or of a fact → the values of which the person has one."""
    all_of: tuple[Predicate, ...] = ()
    any_of: tuple[Predicate, ...] = ()
    """Where there are any, at least one of them holds."""
    none_of: tuple[Predicate, ...] = ()
    """None of them holds; what nobody recorded does not hold."""

    @property
    def empty(self) -> bool:
        """Whether it asks for nothing."""
        return not (self.values or self.all_of or self.any_of or self.none_of)


@dataclass(frozen=True, slots=True)
class Cohort:
    """A predicate over persons: every condition holds, each by one of the listed values."""

    name: str
    title: str
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition → values. Empty, with nothing below: everyone."""
    all_of: tuple[Predicate, ...] = ()
    any_of: tuple[Predicate, ...] = ()
    none_of: tuple[Predicate, ...] = ()

    @property
    def predicate(self) -> Predicate:
        """The cohort's conditions as one."""
        return Predicate(self.where, self.all_of, self.any_of, self.none_of)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One measure that everyone in a cohort is owed."""

    name: str
    cohort: str
    kind: str
    owner: str
    authority: str
    due: DueRule
    addressee: str = ""
    template: str = ""
    """For a notice: which letter tells; empty where nobody has written one and a person does."""
    barred_action: str = ""
    earliest_end: str = ""
    end_condition: str = ""
    waiting_days: int = 0
    """For a hold: days that must pass after a proven delivery before it may end."""
    review: str = ""
    """For a review: what is decided in it, such as ``custody``."""
    second_look: bool = False
    """For a review: whether somebody else looks again before the outcome stands."""
    sentences: dict[str, str] = field(default_factory=dict)
    """Language → the sentence in which a notice names this entitlement."""


@dataclass(frozen=True, slots=True)
class PopulationHold:
    """The hold that every row gets at once, before anyone is categorised (R08)."""

    entitlement: str
    barred_action: str
    owner: str
    authority: str
    earliest_end: str
    end_condition: str
    waiting_days: int
    """Days that must pass after a proven delivery before the hold may end."""
    further_actions: tuple[str, ...] = ()
    """Further actions that are barred; each is a hold of its own, because a hold bars one action (R24)."""
    sentences: dict[str, str] = field(default_factory=dict)
    """Language → the sentence in which a notice names the hold."""

    @property
    def barred_actions(self) -> tuple[str, ...]:
        """Everything that is barred."""
        return (self.barred_action, *self.further_actions)

    def each(self) -> tuple[PopulationHold, ...]:
        """Return one hold for each barred action, named apart."""
        first = replace(self, further_actions=())
        return (
            first,
            *(
                replace(first, entitlement=hold_name(self.entitlement, action), barred_action=action)
                for action in self.further_actions
            ),
        )


def hold_name(entitlement: str, action: str) -> str:
    """Return the name of the hold on a second or further action of one entitlement."""
    return f"{entitlement}_{action}"


@dataclass(frozen=True, slots=True)
class ClawbackRule:
    """Which recipients are asked to destroy the data, and by when (R45)."""

    entitlement: str
    owner: str
    authority: str
    classes: tuple[str, ...]
    due: DueRule


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise made in public, as data: later actions and filings are checked against it (R27).

    What is checked, and how, is not said here; a commitment that no machine knows how to check is refused.
    """

    name: str
    rule: str
    """How it is checked: name of a plug-in of `amends.remedy.commitments`."""
    cohort: str
    """To whom it was given."""
    barred_action: str
    """The action, or the position in a proceeding, that would break it."""
    since: str
    """ISO 8601 instant from which it binds, or the name of one of the incident's timestamps."""
    sentences: dict[str, str] = field(default_factory=dict)
    """Language → the promise as it was published."""

    @property
    def text(self) -> str:
        """The promise as it was published, in English."""
        return self.sentences["en"]

    def begins(self, triggers: Mapping[str, datetime | None]) -> datetime | None:
        """Return the instant from which it binds; None where that moment of the incident has not come.

        Raises `UsageError` ``playbook-invalid`` where ``since`` is neither an instant nor a known moment.
        """
        if self.since in COMMITMENT_MOMENTS:
            return triggers.get(self.since)
        try:
            return instant_of(self.since)
        except ValueError as error:
            raise UsageError(
                "playbook-invalid",
                f"commitment {self.name!r} does not say since when: {self.since!r}",
                hint="give a day, an instant with its time zone, or a moment of the incident",
            ) from error


def instant_of(text: str) -> datetime:
    """Return an instant for a day (its first moment in UTC) or an instant with time zone; else ``ValueError``."""
    instant = datetime.fromisoformat(f"{text}T00:00+00:00" if len(text) == len("2022-11-30") else text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return instant


COMMITMENT_MOMENTS: Final = INCIDENT_TRIGGERS | {"population_held_at"}
"""Timestamps of an incident from which a commitment may bind."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """A versioned table from cohort to entitlements."""

    name: str
    version: str
    title: str
    jurisdictions: tuple[str, ...]
    population_hold: PopulationHold
    cohorts: tuple[Cohort, ...]
    entitlements: tuple[Entitlement, ...]
    clawback: ClawbackRule
    commitments: tuple[Commitment, ...] = ()

    def cohort(self, name: str) -> Cohort:
        """Return a cohort by name; ``KeyError`` for one that the playbook does not have."""
        return {cohort.name: cohort for cohort in self.cohorts}[name]
