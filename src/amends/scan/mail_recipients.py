"""Finds mail that shows its recipients to one another: To and Cc with more than one address outside.

People have been exposed to one another, and to whoever any of them forwards to, by nothing but the list of those
who got the message. Addresses in Bcc are seen by nobody and are not counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from amends.scan.parts import Part
from amends.scan.screening import Finding
from amends.scan.tables import OpenedFile
from amends.vocabulary.personal import masked_sample
from amends.vocabulary.provenance import Provenance

KIND: Final = "recipients-in-sight"
_SEEN: Final = frozenset({"to", "cc", "resent-to", "resent-cc"})
_SEEN_IN_OUTLOOK: Final = frozenset({"to", "cc"})
_OUTLOOK_STEPS: Final = 3
_LONGEST_HEADER: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class MailRules:
    """Which addresses are one's own, and how many others may see one another."""

    own_domains: frozenset[str] = frozenset()
    """Lower case; what ends in one of them, behind a point, is one's own as well."""
    most_in_sight: int = 4
    """So many outside addresses may see one another where nothing else in the message is personal."""


@dataclass(frozen=True, slots=True)
class _Message:
    provenance: Provenance
    outside: frozenset[str] = field(repr=False)


def recipients_in_sight(opened: OpenedFile, rules: MailRules, *, personal: bool) -> Iterator[Finding]:
    """Yield one finding for each message whose outside recipients see one another.

    ``personal``: whether the message holds anything personal; then two are too many.
    """
    for message in _messages(opened, rules):
        count = len(message.outside)
        if count > (1 if personal else rules.most_in_sight):
            sample = masked_sample(min(message.outside))
            also = "personal content" if personal else "nothing else that was recognised"
            reason = f"{count:,} outside addresses in To and Cc see one another ({sample} ...), with {also}."
            yield Finding(
                provenance=message.provenance,
                kind=KIND,
                people=count,
                hidden_people=0,
                columns=(),
                reason=reason,
                context="Each recipient learns who else was written to, and what about.",
            )


def shows_recipients(opened: OpenedFile, rules: MailRules) -> bool:
    """Say whether any message in the file shows outside recipients to one another."""
    return any(len(message.outside) > 1 for message in _messages(opened, rules))


def _messages(opened: OpenedFile, rules: MailRules) -> list[_Message]:
    found: dict[Provenance, set[str]] = {}
    for part in opened.parts:
        message = _message_that_shows(part)
        if message is not None:
            found.setdefault(message, set()).update(_addresses(part.text))
    return [
        _Message(message, frozenset(address for address in addresses if not _own(address, rules.own_domains)))
        for message, addresses in found.items()
    ]


def _message_that_shows(part: Part) -> Provenance | None:
    """Return the message in whose To or Cc the part stands, or None."""
    steps = part.provenance.steps
    if part.kind == "header" and steps[-1].removeprefix("header ").lower() in _SEEN:
        return Provenance(steps[:-1])
    # Messages of Outlook: ``recipient 3 ! to ! smtp address``.
    outlook = part.kind == "recipient" and len(steps) > _OUTLOOK_STEPS
    if outlook and steps[-_OUTLOOK_STEPS].startswith("recipient ") and steps[-2] in _SEEN_IN_OUTLOOK:
        return Provenance(steps[:-_OUTLOOK_STEPS])
    return None


def _addresses(text: str) -> set[str]:
    # Imported for messages alone: it takes as long as screening a small file.
    from email.utils import getaddresses

    pairs = getaddresses([text[:_LONGEST_HEADER].replace(";", ",")])
    return {address.strip().casefold() for _, address in pairs if "@" in address}


def _own(address: str, own_domains: Collection[str]) -> bool:
    domain = address.rpartition("@")[2].rstrip(".>")
    return any(domain == own or domain.endswith(f".{own}") for own in own_domains)
