"""Which letters are to be written, and why some are not: one for each notice and clawback still to prepare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from amends.casework.identification.leaked_list import UNKNOWN_KIND
from amends.casework.identification.register import sealed_for
from amends.ledger import current
from amends.ledger.models import (
    AffectedPerson,
    Delivery,
    ExposureRecord,
    Incident,
    Remedy,
    SupplementaryNotice,
)
from amends.remedy.contact import NO_LETTER, allows, channels_of
from amends.remedy.notices.letters import IncidentFacts, Letter, Sender
from amends.remedy.plan_on_record import playbook_on_record
from amends.remedy.playbook import Playbook
from amends.remedy.statemachine import WITHDRAWN
from amends.remedy.unknowns import unknown_sentences
from amends.scan.identifiers.rules import load_rules
from amends.vocabulary.errors import FaultError
from amends.vocabulary.personal import Personal

LANGUAGES: Final = ("en", "es")
"""Languages in which notices exist; everyone else is written to in English until theirs does."""
_REPLY_DAYS: Final = 30
_TEMPLATE_FOR: Final = {"person": "breach_notice", "representative": "representative_notice"}
"""Letter for a notice that no playbook names, such as one that was added by hand."""
_IF_TOLD_DIRECTLY: Final = {
    "person": "disclosure_notice",
    "representative": "representative_disclosure_notice",
}
_IF_FACTS_CHANGED: Final = {
    "person": "supplementary_notice",
    "representative": "representative_supplementary_notice",
}
_WRITTEN_TO: Final = ("person", "representative", "guardian", "next_of_kin")
"""Addressees of whom somebody must hear: in a letter, or as a notice that is withheld with a reason."""
_REMOVAL: Final = "removal"
"""The barred action of which a letter says for how many days it is barred."""
_NOT_KNOWN: Final = {
    "guardian": "the registry names no guardian; somebody finds out who cares for the child",
    "next_of_kin": "the registry names no next of kin; somebody finds them, and whether telling them is safe",
}
_PREPARED: Final = ("prepared", "letter_prepared")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A notice that may not or cannot be written as a letter, and why."""

    remedy: int
    reason: str
    stays_owed: bool = False
    """Whether the notice waits as it is, to be tried again, instead of being set aside as withheld."""


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """One letter with the remedy that it fulfils and the way in which it will travel."""

    remedy: int
    letter: Letter
    method: str
    """``hand`` or ``post``."""
    prepared_sha256: str
    """Hash of the letter when it was prepared; empty where it has not been yet."""


@dataclass(frozen=True, slots=True)
class LetterBatch:
    """Everything to be written for one incident."""

    letters: tuple[PlannedLetter, ...]
    withheld: tuple[Withheld, ...]


class LetterWriter:
    """Makes letters for one incident; the sentences that all share are looked up once."""

    def __init__(self, incident: Incident, sender: Sender, *, today: datetime) -> None:
        self._incident = incident
        self._sender = sender
        self._today = today.date()
        self._playbook: Playbook = playbook_on_record(incident)
        record = ExposureRecord.objects.filter(incident=incident).first()
        self._told_directly = bool(incident.disclosed_to) and not incident.url
        self._unknowns = {
            language: unknown_sentences(record, language, told_directly=self._told_directly)
            for language in LANGUAGES
        }
        self._facts = {language: incident_facts(incident, language) for language in LANGUAGES}
        hold = self._playbook.population_hold
        self._sentences = {hold.entitlement: hold.sentences}
        self._changes = _changes(incident)
        self._sentences |= {item.name: item.sentences for item in self._playbook.entitlements}
        self._templates = {item.name: item.template for item in self._playbook.entitlements}
        self._hold_days = hold.waiting_days if _REMOVAL in hold.barred_actions else None

    def notices(self) -> LetterBatch:
        """Return the letters to persons and representatives, and the notices that stay unwritten."""
        owed = (
            Remedy.objects.filter(
                incident=self._incident,
                kind=Remedy.Kind.NOTICE,
                addressee__in=_WRITTEN_TO,
                state__in=("owed", "prepared"),
            )
            .exclude(entitlement__in=self._written_by_hand())
            .select_related("person__representative")
            .prefetch_related("deliveries")
        )
        entitled = self._entitlements()
        made = [self._notice_or_why_not(remedy, entitled) for remedy in owed]
        return LetterBatch(
            letters=tuple(item for item in made if isinstance(item, PlannedLetter)),
            withheld=tuple(item for item in made if isinstance(item, Withheld)),
        )

    def clawbacks(self) -> Iterator[PlannedLetter]:
        """Yield a letter for each recipient who is to be asked; it goes to whoever answers for the address."""
        asked = (
            Remedy.objects.filter(
                incident=self._incident, kind=Remedy.Kind.CLAWBACK, state__in=("open", "letter_prepared")
            )
            .select_related("recipient")
            .prefetch_related("deliveries")
        )
        for remedy in asked:
            assert remedy.recipient is not None
            delivery = attempt_under_way(remedy)
            sent_on = delivery.at.date() if delivery else self._today
            letter = Letter(
                reference=remedy.reference,
                template="disclosure_clawback" if self._told_directly else "clawback",
                language="en",
                addressee_name=Personal(self._holder_of(remedy.recipient.address)),
                address_lines=(),
                incident=self._facts["en"],
                sender=self._sender,
                sent_on=sent_on,
                reply_by=sent_on + timedelta(days=_REPLY_DAYS // 2),
                accessed_at=None if self._told_directly else remedy.recipient.first_seen,
            )
            yield PlannedLetter(remedy.pk, letter, "post", delivery.content_sha256 if delivery else "")

    def _holder_of(self, address: str) -> str:
        """Return whom a letter to a recipient is addressed to: a log knows an address, not who stands behind it."""
        return address if address == self._incident.disclosed_to else f"The holder of {address}"

    def _template(self, remedy: Remedy) -> str:
        if remedy.entitlement in self._changes:
            return _IF_FACTS_CHANGED[remedy.addressee]
        if self._told_directly:
            return _IF_TOLD_DIRECTLY[remedy.addressee]
        return self._templates.get(remedy.entitlement) or _TEMPLATE_FOR[remedy.addressee]

    def _written_by_hand(self) -> list[str]:
        """Return the notices for which the playbook names no letter though one could be addressed: a person writes."""
        return [
            item.name
            for item in self._playbook.entitlements
            if item.addressee in _TEMPLATE_FOR and not item.template
        ]

    def _entitlements(self) -> dict[int, list[str]]:
        """Return person → names of the entitlements that the notice names."""
        found: dict[int, list[str]] = {}
        rows = (
            Remedy.objects.filter(incident=self._incident, person__isnull=False)
            .exclude(kind=Remedy.Kind.NOTICE, addressee="person")
            .exclude(state=WITHDRAWN)
            .order_by("id")
            .values_list("person_id", "entitlement")
        )
        for person, entitlement in rows:
            found.setdefault(person, []).append(entitlement)
        return found

    def _notice_or_why_not(
        self, remedy: Remedy, entitled: Mapping[int, list[str]]
    ) -> PlannedLetter | Withheld:
        try:
            return self._notice(remedy, entitled)
        except FaultError as error:
            if error.code != "erased":
                raise
            return Withheld(remedy.pk, "the details were erased by a retention rule")

    def _notice(self, remedy: Remedy, entitled: Mapping[int, list[str]]) -> PlannedLetter | Withheld:
        person = remedy.person
        assert person is not None
        delivery = attempt_under_way(remedy)
        refusal = why_no_letter(person, remedy.addressee)
        if refusal:
            return Withheld(remedy.pk, refusal)
        bound = sealed_for(self._incident, person.table_name, person.first_row)
        details = current.sealer().unseal_record(bytes(person.sealed_details), bound_to=bound)
        in_custody = person.status_at_hold == "in_custody"
        to_person = remedy.addressee == "person"
        method = "hand" if to_person and in_custody else "post"
        address = address_of(person, details, to_person, in_custody)
        if method == "post" and not address[1]:
            return Withheld(remedy.pk, "no address is known")
        if to_person and not allows(person.contact_channels, method):
            return Withheld(remedy.pk, f"the registry does not allow a letter by {method} to this person")
        letter = self._letter(
            remedy, person, details, address, delivery.at.date() if delivery else self._today, entitled
        )
        return PlannedLetter(remedy.pk, letter, method, delivery.content_sha256 if delivery else "")

    def _letter(
        self,
        remedy: Remedy,
        person: AffectedPerson,
        details: dict[str, Any],
        address: tuple[Personal, tuple[Personal, ...]],
        sent_on: date,
        entitled: Mapping[int, list[str]],
    ) -> Letter:
        to_person = remedy.addressee == "person"
        # A representative reads the language of the court; the person reads their own, where we have it.
        language = person.language.split("-")[0] if to_person else "en"
        language = language if language in LANGUAGES else "en"
        native = details.get("native_name") or ""
        named = sentences_for(entitled.get(person.pk, ()), self._sentences, language)
        return Letter(
            reference=remedy.reference,
            template=self._template(remedy),
            language=language,
            addressee_name=address[0],
            address_lines=address[1],
            incident=self._facts[language],
            sender=self._sender,
            sent_on=sent_on,
            reply_by=sent_on + timedelta(days=_REPLY_DAYS),
            native_name=Personal(native) if native and to_person else None,
            native_language=person.language or "und" if to_person else "und",
            person_name=None if to_person else Personal(full_name(details)),
            person_also_told=why_no_letter(person, "person") == "",
            exposed_labels=exposed_labels(person.exposed_kinds, language),
            unknowns=self._unknowns[language],
            entitlements=named,
            changes=tuple(self._changes.get(remedy.entitlement, {}).get(language, ())),
            hold_days=self._hold_days,
        )


def _changes(incident: Incident) -> dict[str, dict[str, list[str]]]:
    """Return entitlement → language → sentences that say what changed, for every supplementary notice."""
    found = SupplementaryNotice.objects.filter(incident=incident)
    return {
        name: notice.what_changed
        for notice in found
        for name in (notice.entitlement, notice.representative_entitlement)
    }


def incident_facts(incident: Incident, language: str) -> IncidentFacts:
    """Return what happened, as the letters of one language tell it."""
    told_to = {**incident.disclosed_to_in, "en": incident.disclosed_to}
    return IncidentFacts(
        published_where=urlsplit(incident.url).hostname or incident.title,
        exposed_from=incident.exposed_from,
        removed_at=incident.removed_at,
        reported_at=incident.reported_at,
        disclosed_to=told_to.get(language, ""),
    )


def exposed_labels(kinds: Sequence[str], language: str) -> tuple[str, ...]:
    """Return what a letter calls each kind of data; a column that no rule knows goes by its own header."""
    labels = {rule.kind: rule.label_es if language == "es" else rule.label_en for rule in load_rules()}
    return tuple(dict.fromkeys(labels.get(kind, kind.removeprefix(UNKNOWN_KIND)) for kind in kinds))


def why_no_letter(person: AffectedPerson, addressee: str) -> str:
    """Return why no letter may be written to this addressee, or the empty string (R32)."""
    if not person.registry_person_id:
        return "the row is not linked to a person; somebody judges it first"
    if addressee in _NOT_KNOWN:
        return _NOT_KNOWN[addressee]
    if addressee == "person" and person.deceased:
        return "the person has died; somebody finds the next of kin"
    if addressee == "person" and NO_LETTER in channels_of(person.contact_channels):
        return "the registry allows no letter to this person; somebody finds a safe way"
    return ""


def attempt_under_way(remedy: Remedy) -> Delivery | None:
    """Return the attempt whose letter was written and has not left; None where the next is still to be written."""
    attempts = list(remedy.deliveries.all())
    return attempts[-1] if attempts and remedy.state in _PREPARED else None


def full_name(details: dict[str, Any]) -> str:
    """Return a person's name as a letter writes it."""
    parts = f"{details.get('given_name', '')} {details.get('family_name', '')}".strip()
    return parts or details.get("full_name", "")


def address_of(
    person: AffectedPerson, details: dict[str, Any], to_person: bool, in_custody: bool
) -> tuple[Personal, tuple[Personal, ...]]:
    """Return name and address lines of the person, or of who stands for them; no lines for a letter handed over."""
    if to_person:
        name, lines = full_name(details), "" if in_custody else details.get("address", "")
    else:
        representative = person.representative
        assert representative is not None
        bound = f"representative {representative.registry_representative_id}"
        told = current.sealer().unseal_record(bytes(representative.sealed_details), bound_to=bound)
        name, lines = told["name"], told["address"]
    return Personal(name), tuple(Personal(line.strip()) for line in lines.split("|") if line.strip())


def sentences_for(
    names: Sequence[str], sentences: Mapping[str, Mapping[str, str]], language: str
) -> tuple[str, ...]:
    """Return the sentence of each entitlement once, in the order of the names."""
    return tuple(dict.fromkeys(sentences[name][language] for name in names if name in sentences))
