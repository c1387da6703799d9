"""What one letter needs to be written: its addressee, the facts, and who sends it (R29, R30, R33).

A `Letter` has one addressee and concerns at most one affected person, so that no message can show
one person's name to another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from amends.vocabulary.errors import UsageError
from amends.vocabulary.personal import Personal

_REFERENCE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?")
PAPERS: Final = ("a4", "us-letter")


@dataclass(frozen=True, slots=True)
class Sender:
    """The organisation that writes, and how it and independent help can be reached."""

    organisation: str
    phone: str
    email: str
    address_lines: tuple[str, ...]
    """Postal address without the organisation's name; for the letterhead and for replies."""
    signatory: str
    """Name of the officer who answers for the letter."""
    signatory_role: str
    help_lines: Mapping[str, tuple[str, ...]]
    """Language → sentences naming independent help, such as free legal representation."""
    department: str = ""
    hours: str = ""
    """When the telephone is answered; empty where that is not promised."""
    time_zone: str = "UTC"
    """IANA name of the zone in which dates and times are told."""
    paper: str = "us-letter"

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            raise UsageError(
                "unknown-paper",
                f"paper must be one of {', '.join(PAPERS)}",
                hint="Set Sender.paper to one of these.",
            )


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """What happened, as timestamps. The duration is computed from them and never typed (R02)."""

    published_where: str
    """Title of the page or place, without the address itself and without personal data. No letter about a
    direct disclosure shows it, so that it may be empty there."""
    exposed_from: datetime
    removed_at: datetime
    reported_at: datetime | None
    recipients_known: bool = False
    """True only if everybody who obtained the data is known and may be named; else R21 applies."""
    disclosed_to: str = ""
    """Whom staff told directly, in the words of the letter's language, such as ``a foreign government``.
    Empty where nobody was told directly, or where it may not be said. Such a disclosure happens at one
    instant: ``removed_at`` equals ``exposed_from``, and no letter about it prints a duration."""

    def __post_init__(self) -> None:
        for name in ("exposed_from", "removed_at", "reported_at"):
            moment: datetime | None = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise UsageError(
                    "naive-time", f"{name} has no time zone", hint="Give every instant with its zone."
                )
        if self.removed_at < self.exposed_from:
            raise UsageError(
                "times-out-of-order",
                "removed_at is earlier than exposed_from",
                hint="Check the two timestamps of the incident.",
            )

    @property
    def duration(self) -> timedelta:
        """How long the data were open to the public."""
        return self.removed_at - self.exposed_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one addressee. Which fields must and must not be filled is the template's word.

    A notice to a person or a representative needs labels, unknowns and entitlements; a clawback
    refuses them all, because it may hold no personal data (R46).
    """

    reference: str
    """Letters, digits and hyphens, such as ``N-000123``; becomes the file name, so it names nobody."""
    template: str
    """Folder under ``templates/``: ``breach_notice``, ``representative_notice`` and ``clawback`` where
    something was published; the same with ``disclosure`` in the name where somebody was told directly;
    ``supplementary_notice`` and ``representative_supplementary_notice`` where facts have changed since.
    ``tribunal_notice`` and ``adverse_assumption_certificate`` serve both."""
    language: str
    """Folder under the template's: ``en``, ``es``."""
    addressee_name: Personal
    address_lines: tuple[Personal, ...]
    """Empty for a letter that is handed over in custody."""
    incident: IncidentFacts
    sender: Sender
    sent_on: date
    reply_by: date | None
    native_name: Personal | None = None
    """The addressee's name in their own script, printed under the Latin one."""
    native_language: str = "und"
    """BCP 47 tag of that name, where known: it chooses letter forms and a screen reader's voice."""
    person_name: Personal | None = None
    """The affected person, in a letter to the representative."""
    person_also_told: bool = True
    """Whether that person gets a letter of their own on the same day (R31)."""
    exposed_labels: tuple[str, ...] = ()
    """Kinds of this person's data that were in the file, in the letter's language."""
    unknowns: tuple[str, ...] = ()
    """Sentences that say what is not known."""
    entitlements: tuple[str, ...] = ()
    """Sentences that say what this person is entitled to."""
    hold_days: int | None = None
    """Days that must pass after receipt before the barred action; None where no hold is promised."""
    changes: tuple[str, ...] = ()
    """Sentences that say what has changed since the person was told, for a supplementary notice (R36)."""
    represented: bool = False
    """Whether a representative on record is told on the same day, in a notice to a tribunal."""
    told_directly: bool = False
    """Whether somebody was told directly and nothing was published, where one template serves both."""
    case_number: Personal | None = None
    """The tribunal's number of the person's case, where the registry knows it."""
    assumption_reasons: tuple[str, ...] = ()
    """Why it must be assumed that the feared reader has the data, for a certificate."""
    accessed_at: datetime | None = None
    """When the recipient's copy was obtained, for a clawback."""

    def __post_init__(self) -> None:
        if not _REFERENCE.fullmatch(self.reference):
            raise UsageError(
                "bad-reference",
                "a letter's reference has other characters than letters, digits and hyphens, or is too long",
                hint="Use a number such as N-000123; the reference becomes a file name and names nobody.",
            )


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """A letter that cannot be printed as it should be, and why; a person has to find another way."""

    reference: str
    code: str
    """``no-glyph``: no font at hand has a shape for some character."""
    reason: str
    """In words, without personal values."""
