"""Who is owed a certificate of the adverse assumption, and why it is made (R21, R47)."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Final

from django.db.models import Exists, F, OuterRef, Value
from django.db.models.fields import DateTimeField

from amends.ledger.bulk import insert_select
from amends.ledger.models import AffectedPerson, ExposureRecord, Incident, RecipientPolicy, Remedy
from amends.remedy.workflow_table import workflow_of

ENTITLEMENT: Final = "adverse_assumption_certificate"
ADDRESSEE: Final = "certificate"
"""Tells a certificate from the notice to the person, with which it travels."""
_OWNER: Final = "Privacy office"
_AUTHORITY: Final = "Who obtained the data is unknown or withheld: the person can show what must be assumed"


def is_owed(incident: Incident) -> bool:
    """Return whether recipients are unknown (the assessment says so) or withheld (the recorded policy says so)."""
    adverse = ExposureRecord.objects.filter(incident=incident, adverse_assumption=True).exists()
    return adverse or recipients_withheld(incident)


def recipients_withheld(incident: Incident) -> bool:
    """Return whether the policy in force withholds the recipients from affected people."""
    policy = RecipientPolicy.objects.filter(incident=incident).order_by("-version").first()
    return policy is not None and policy.tells == RecipientPolicy.Tells.WITHHELD


def plan_certificates(incident: Incident, *, now: datetime) -> int:
    """Owe a certificate to every person who has none yet, in one statement, where one is owed; return how many."""
    if not is_owed(incident):
        return 0
    already = Remedy.objects.filter(person=OuterRef("pk"), entitlement=ENTITLEMENT)
    persons = AffectedPerson.objects.filter(~Exists(already), incident=incident)
    return insert_select(
        Remedy,
        {
            "incident": F("incident_id"),
            "person": F("id"),
            "kind": Value("notice"),
            "entitlement": Value(ENTITLEMENT),
            "addressee": Value(ADDRESSEE),
            "state": Value(workflow_of("notice").initial),
            "owner": Value(_OWNER),
            "authority": Value(_AUTHORITY),
            "due_at": Value(None, output_field=DateTimeField()),
            "created_at": Value(now, output_field=DateTimeField()),
            "barred_action": Value(""),
            "earliest_end": Value(""),
            "end_condition": Value(""),
        },
        persons,
    )


@cache
def _wording() -> tuple[dict[str, str], ...]:
    text = (resources.files("amends.remedy") / "certificates.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["reason"])


def reason_sentences(record: ExposureRecord | None, language: str, *, withheld: bool) -> tuple[str, ...]:
    """Return why the assumption must be made, each reason of the assessment in a sentence of the language; never none.

    A reason for which there is no wording is told by a sentence that says less, and never left out.
    """
    reasons = list(record.adverse_reasons) if record and record.adverse_assumption else []
    names = ["withheld"] if withheld else []
    names += ["not_assessed"] if record is None else []
    sentences = [_say(name, language) for name in names] + [_said(reason, language) for reason in reasons]
    return tuple(dict.fromkeys(sentences)) or (_say("other", language),)


def _said(reason: str, language: str) -> str:
    for wording in _wording():
        found = re.search(wording["pattern"], reason) if wording.get("pattern") else None
        if found:
            return wording[language].format(*found.groups())
    return _say("other", language)


def _say(name: str, language: str) -> str:
    return next(wording[language] for wording in _wording() if wording["name"] == name)


def has_wording(reason: str) -> bool:
    """Return whether a reason of the exposure assessment has a wording of its own."""
    return any(wording.get("pattern") and re.search(wording["pattern"], reason) for wording in _wording())
