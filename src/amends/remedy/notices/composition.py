"""Joins the words of a notice with the facts of one letter, and refuses a notice with a hole (R30).

Values are put in as runs of literal text beside the words, never into them: a name that looks like
markup or like a placeholder stays a name. What comes out is one JSON text for the page layout.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from amends.remedy.notices.letters import Letter
from amends.remedy.notices.notice_templates import PLACEHOLDER, Block, NoticeTemplate, load_template
from amends.remedy.notices.wording import Wording, load_wording
from amends.vocabulary.errors import RefusalError
from amends.vocabulary.personal import Personal

FieldValue = Personal | str | bool | tuple[str, ...] | None
Run = dict[str, str]

# A name must not be able to turn round or unbalance the text after it (Unicode TR36 3.2), so the
# explicit embeddings, overrides and isolates go; joiners and the plain marks LRM, RLM, ALM stay,
# because Persian, Sinhala and others are spelled with them.
_DIRECTION_CONTROLS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS: Final = re.compile("[ \x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class ComposedLetter:
    """One letter, complete, as the layout reads it."""

    reference: str
    dated: date
    text: Personal
    """JSON; holds the addressee's name and address, hence masked."""


def missing_elements(letter: Letter) -> tuple[str, ...]:
    """Return what this letter lacks, as ``element: field``; empty if it may be printed."""
    template = load_template(letter.template, letter.language)
    return tuple(_holes(template, _field_values(letter, load_wording(letter.language))))


def compose(letter: Letter, fonts: tuple[str, ...]) -> ComposedLetter:
    """Return the letter ready for the layout, to be set in ``fonts`` (family names in order of preference).

    Raises ``RefusalError`` ``notice-incomplete`` naming the element that has no value,
    ``notice-oversharing`` naming a field that this kind of letter may not carry.
    """
    template, wording = load_template(letter.template, letter.language), load_wording(letter.language)
    values = _field_values(letter, wording)
    _refuse_holes(letter, template, values)
    _refuse_oversharing(letter, template, values)
    compose_runs = _RunComposer(values, letter)
    sender = letter.sender
    page = {
        "title": f"{template.subject} ({letter.reference})",
        "language": wording.language,
        "direction": wording.direction,
        "fonts": list(fonts),
        "paper": sender.paper,
        "reference": letter.reference,
        "date": {
            "year": letter.sent_on.year,
            "month": letter.sent_on.month,
            "day": letter.sent_on.day,
            "text": wording.say_date(letter.sent_on),
        },
        "labels": wording.labels,
        "sender": {
            "organisation": _clean(sender.organisation),
            "department": _clean(sender.department),
            "address_lines": [_clean(line) for line in sender.address_lines],
            "signatory": _clean(sender.signatory),
            "signatory_role": _clean(sender.signatory_role),
        },
        "addressee": list(_addressee_lines(letter)),
        "subject": template.subject,
        "greeting": compose_runs.runs(template.greeting),
        "opening": compose_runs.blocks(template.opening, wording),
        "sections": [
            {
                "heading": compose_runs.runs(section.heading),
                "blocks": compose_runs.blocks(section.blocks, wording),
            }
            for section in template.sections
        ],
        "farewell": template.farewell,
        "receipt": template.receipt,
        "compact": template.compact,
    }
    text = json.dumps(page, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ComposedLetter(letter.reference, letter.sent_on, Personal(text))


def _field_values(letter: Letter, wording: Wording) -> dict[str, FieldValue]:
    incident, sender = letter.incident, letter.sender

    def instant(moment: datetime | None) -> str | None:
        return None if moment is None else wording.say_instant(moment, sender.time_zone)

    return {
        "addressee": letter.addressee_name,
        "native_name": letter.native_name,
        "person": letter.person_name,
        "person_also_told": letter.person_also_told,
        "represented": letter.represented,
        "told_directly": letter.told_directly,
        "case_number": letter.case_number,
        "assumption_reasons": letter.assumption_reasons,
        "reference": letter.reference,
        "published_where": incident.published_where,
        "disclosed_to": incident.disclosed_to,
        "exposed_from": instant(incident.exposed_from),
        "removed_at": instant(incident.removed_at),
        "reported_at": instant(incident.reported_at),
        "duration": wording.say_duration(incident.duration),
        "recipients_known": incident.recipients_known,
        "accessed_at": instant(letter.accessed_at),
        "exposed_labels": letter.exposed_labels,
        "unknowns": letter.unknowns,
        "entitlements": letter.entitlements,
        "changes": letter.changes,
        "hold_days": None if letter.hold_days is None else str(letter.hold_days),
        "reply_by": None if letter.reply_by is None else wording.say_date(letter.reply_by),
        "organisation": sender.organisation,
        "help": tuple(sender.help_lines.get(wording.language, ())),
        # One way of contact that is left out of the settings is a hole in the notice, not a shorter table.
        "contact": sender.phone if sender.phone and sender.email and sender.address_lines else None,
    }


def _is_empty(value: FieldValue) -> bool:
    if value is None or isinstance(value, bool):
        return value is None
    if isinstance(value, tuple):
        return not value or not all(_clean(item) for item in value)
    return not _clean(value.reveal() if isinstance(value, Personal) else value)


def _holes(template: NoticeTemplate, values: Mapping[str, FieldValue]) -> Iterator[str]:
    if _is_empty(values["addressee"]):
        yield "greeting: addressee"
    for section in template.sections:
        for field in sorted(section.fields() - template.optional):
            if _is_empty(values[field]):
                yield f"{section.element}: {field}"


def _refuse_holes(letter: Letter, template: NoticeTemplate, values: Mapping[str, FieldValue]) -> None:
    for hole in _holes(template, values):
        raise RefusalError(
            "notice-incomplete",
            f"a {letter.template} has no value for {hole}",
            hint="Give the letter this element; a notice with a hole is not sent.",
            where=letter.reference,
        )


def _refuse_oversharing(letter: Letter, template: NoticeTemplate, values: Mapping[str, FieldValue]) -> None:
    for field in sorted(template.forbidden):
        if not _is_empty(values[field]):
            raise RefusalError(
                "notice-oversharing",
                f"a {letter.template} may not carry {field}",
                hint="Leave the field empty: a letter of this kind says nothing about any affected person.",
                where=letter.reference,
            )


class _RunComposer:
    """Turns words with placeholders into runs of literal text."""

    def __init__(self, values: Mapping[str, FieldValue], letter: Letter) -> None:
        self._values = values
        self._letter = letter

    def runs(self, text: str) -> list[Run]:
        """Return the text with its placeholders filled; odd pieces of the split are placeholders."""
        pieces = PLACEHOLDER.split(text)
        filled = (self._filled(piece) if place % 2 else {"text": piece} for place, piece in enumerate(pieces))
        return [run for run in filled if run["text"]]

    def blocks(self, blocks: tuple[Block, ...], wording: Wording) -> list[dict[str, Any]]:
        """Return the blocks whose conditions hold, as the layout reads them."""
        return [self._block(block, wording) for block in blocks if self._is_wanted(block)]

    def _block(self, block: Block, wording: Wording) -> dict[str, Any]:
        if block.kind == "contact":
            return {"kind": "contact", "rows": _contact_rows(self._letter, wording)}
        if block.kind == "list":
            entries = self._values[block.texts[0]]
            assert isinstance(entries, tuple)
            return {"kind": "list", "items": [[{"text": _clean(entry)}] for entry in entries]}
        if block.kind == "items":
            return {"kind": "list", "items": [self.runs(text) for text in block.texts]}
        return {"kind": block.kind, "runs": self.runs(block.texts[0])}

    def _is_wanted(self, block: Block) -> bool:
        if block.only_if and not self._holds(block.only_if):
            return False
        return not (block.unless and self._holds(block.unless))

    def _holds(self, field: str) -> bool:
        value = self._values[field]
        return value if isinstance(value, bool) else not _is_empty(value)

    def _filled(self, field: str) -> Run:
        value = self._values[field]
        if isinstance(value, Personal):
            return name_run(value, "und")
        return {"text": _clean(str(value))}


def name_run(name: Personal, language: str) -> Run:
    """Return a name with the direction in which its own script runs, whatever the letter's direction."""
    text = _clean(name.reveal())
    return {"text": text, "direction": _direction_of(text), "language": _primary_subtag(language)}


def _addressee_lines(letter: Letter) -> Iterator[list[Run]]:
    yield [name_run(letter.addressee_name, "und")]
    if letter.native_name is not None:
        yield [name_run(letter.native_name, letter.native_language)]
    for line in letter.address_lines:
        yield [name_run(line, "und")]


def _contact_rows(letter: Letter, wording: Wording) -> list[dict[str, str]]:
    sender = letter.sender
    post = ", ".join((sender.organisation, *sender.address_lines))
    rows = (("phone", sender.phone), ("hours", sender.hours), ("email", sender.email), ("post", post))
    return [{"label": wording.labels[key], "value": _clean(value)} for key, value in rows if value]


def _direction_of(text: str) -> str:
    """Return the direction of the first strong character (Unicode Annex 9, rules P2 and P3)."""
    for character in text:
        strong = unicodedata.bidirectional(character)
        if strong in {"R", "AL"}:
            return "rtl"
        if strong == "L":
            return "ltr"
    return "ltr"


def _primary_subtag(language: str) -> str:
    """Return the ISO 639 part of a BCP 47 tag, which is all that the layout takes; ``und`` for what is none."""
    primary = language.lower().split("-")[0]
    return primary if primary.isascii() and primary.isalpha() and len(primary) in {2, 3} else "und"


def _clean(value: str) -> str:
    """Return the value composed (NFC), on one line, without characters that steer what follows."""
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    composed = unicodedata.normalize("NFC", value)
    return _CONTROLS.sub(" ", _DIRECTION_CONTROLS.sub("", composed)).strip()
