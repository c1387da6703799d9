"""Letters besides the notices: to the court of a case, and the certificate of the adverse assumption (R31, R21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from amends.casework.identification.register import sealed_for
from amends.casework.queries.letters import (
    LANGUAGES,
    LetterBatch,
    PlannedLetter,
    Withheld,
    address_of,
    attempt_under_way,
    exposed_labels,
    full_name,
    incident_facts,
    sentences_for,
    why_no_letter,
)
from amends.ledger import current
from amends.ledger.models import AffectedPerson, Delivery, ExposureRecord, Incident, Remedy
from amends.remedy.certificates import ADDRESSEE, reason_sentences, recipients_withheld
from amends.remedy.contact import allows
from amends.remedy.notices.letters import Letter, Sender
from amends.remedy.plan_on_record import playbook_on_record
from amends.remedy.playbook import Playbook
from amends.vocabulary.personal import Personal

_TOLD = ("prepared", "dispatched", "delivered")


@dataclass(frozen=True, slots=True)
class LettersBesides:
    """Makes these letters for one incident."""

    incident: Incident
    sender: Sender
    now: datetime

    def to_tribunals(self) -> LetterBatch:
        """Return the notices to courts. One without a court in the registry, or about a person who is not told
        before the court is, stays owed with the reason."""
        told = self._told()
        entitled = self._entitled()
        playbook = playbook_on_record(self.incident)
        made = [self._to_tribunal(remedy, told, entitled, playbook) for remedy in self._owed("tribunal")]
        return _batch(made)

    def certificates(self) -> LetterBatch:
        """Return the certificates, each in the language and by the way in which its person is written to.

        Where no letter may go to the person it goes to who stands for them; where nobody does, it is withheld.
        """
        record = ExposureRecord.objects.filter(incident=self.incident).first()
        withheld = recipients_withheld(self.incident)
        reasons = {language: reason_sentences(record, language, withheld=withheld) for language in LANGUAGES}
        return _batch([self._certificate(remedy, reasons) for remedy in self._owed(ADDRESSEE)])

    def _owed(self, addressee: str) -> list[Remedy]:
        owed = Remedy.objects.filter(
            incident=self.incident,
            kind=Remedy.Kind.NOTICE,
            addressee=addressee,
            state__in=("owed", "prepared"),
        )
        return list(owed.select_related("person__representative").prefetch_related("deliveries"))

    def _told(self) -> dict[int, set[str]]:
        """Return person → who of person and representative is told in writing."""
        notices = Remedy.objects.filter(
            incident=self.incident,
            kind=Remedy.Kind.NOTICE,
            addressee__in=("person", "representative"),
            state__in=_TOLD,
        )
        found: dict[int, set[str]] = {}
        for person, addressee in notices.values_list("person_id", "addressee"):
            found.setdefault(person or 0, set()).add(addressee)
        return found

    def _entitled(self) -> dict[int, list[str]]:
        """Return person → names of what binds us towards the person: holds, reviews, help to return."""
        found: dict[int, list[str]] = {}
        bound = Remedy.objects.filter(
            incident=self.incident, person__isnull=False, kind__in=("hold", "review", "return")
        )
        for person, name in (
            bound.exclude(state="withdrawn").order_by("id").values_list("person_id", "entitlement")
        ):
            found.setdefault(person or 0, []).append(name)
        return found

    def _to_tribunal(
        self,
        remedy: Remedy,
        told: dict[int, set[str]],
        entitled: dict[int, list[str]],
        playbook: Playbook,
    ) -> PlannedLetter | Withheld:
        person = remedy.person
        assert person is not None
        details = self._details(person)
        whom = told.get(person.pk, set())
        refusal = _why_no_tribunal(person, details, whom)
        if refusal:
            return Withheld(remedy.pk, refusal, stays_owed=True)
        sentences = {item.name: item.sentences for item in playbook.entitlements}
        sentences[playbook.population_hold.entitlement] = playbook.population_hold.sentences
        delivery = attempt_under_way(remedy)
        case = details.get("tribunal_case", "")
        letter = Letter(
            reference=remedy.reference,
            template="tribunal_notice",
            language="en",
            addressee_name=Personal(details["tribunal_name"]),
            address_lines=_lines(details["tribunal_address"]),
            incident=incident_facts(self.incident, "en"),
            sender=self.sender,
            sent_on=self._sent_on(delivery),
            reply_by=None,
            person_name=Personal(full_name(details)),
            person_also_told="person" in whom,
            represented="representative" in whom,
            told_directly=self._told_directly,
            case_number=Personal(case) if case else None,
            exposed_labels=exposed_labels(person.exposed_kinds, "en"),
            entitlements=sentences_for(entitled.get(person.pk, []), sentences, "en"),
            hold_days=playbook.population_hold.waiting_days,
        )
        return PlannedLetter(remedy.pk, letter, "post", delivery.content_sha256 if delivery else "")

    def _certificate(self, remedy: Remedy, reasons: dict[str, tuple[str, ...]]) -> PlannedLetter | Withheld:
        person = remedy.person
        assert person is not None
        details = self._details(person)
        in_custody = person.status_at_hold == "in_custody"
        method = "hand" if in_custody else "post"
        refusal = why_no_letter(person, "person")
        if not refusal and not allows(person.contact_channels, method):
            refusal = f"the registry does not allow a letter by {method} to this person"
        to_person = not refusal
        if refusal and (person.representative is None or not person.registry_person_id):
            return Withheld(remedy.pk, refusal)
        method = method if to_person else "post"
        name, lines = address_of(person, details, to_person, in_custody)
        if method == "post" and not lines:
            return Withheld(remedy.pk, "no address is known")
        spoken = person.language.split("-")[0] if to_person else "en"
        language = spoken if spoken in LANGUAGES else "en"
        delivery = attempt_under_way(remedy)
        native = details.get("native_name") or ""
        letter = Letter(
            reference=remedy.reference,
            template="adverse_assumption_certificate",
            language=language,
            addressee_name=name,
            address_lines=lines,
            incident=incident_facts(self.incident, language),
            sender=self.sender,
            sent_on=self._sent_on(delivery),
            reply_by=None,
            native_name=Personal(native) if native and to_person else None,
            native_language=person.language or "und" if to_person else "und",
            person_name=Personal(full_name(details)),
            told_directly=self._told_directly,
            exposed_labels=exposed_labels(person.exposed_kinds, language),
            assumption_reasons=reasons[language],
        )
        return PlannedLetter(remedy.pk, letter, method, delivery.content_sha256 if delivery else "")

    def _details(self, person: AffectedPerson) -> dict[str, Any]:
        bound = sealed_for(self.incident, person.table_name, person.first_row)
        return current.sealer().unseal_record(bytes(person.sealed_details), bound_to=bound)

    def _sent_on(self, delivery: Delivery | None) -> date:
        return delivery.at.date() if delivery else self.now.date()

    @property
    def _told_directly(self) -> bool:
        return bool(self.incident.disclosed_to) and not self.incident.url


def _why_no_tribunal(person: AffectedPerson, details: dict[str, Any], told: set[str]) -> str:
    """Return why the court is not written to yet, or the empty string."""
    if not person.registry_person_id:
        return "the row is not linked to a person; somebody judges it first"
    if not (details.get("tribunal_name") and details.get("tribunal_address")):
        return "the registry names no court for this person's case"
    if not told:
        return "neither the person nor a representative is told yet; the court is not told first"
    return ""


def _lines(address: str) -> tuple[Personal, ...]:
    return tuple(Personal(line.strip()) for line in address.split("|") if line.strip())


def _batch(made: list[PlannedLetter | Withheld]) -> LetterBatch:
    return LetterBatch(
        letters=tuple(item for item in made if isinstance(item, PlannedLetter)),
        withheld=tuple(item for item in made if isinstance(item, Withheld)),
    )
