"""Letters to synthetic people about a synthetic incident; every person carries the canary."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pypdfium2

from amends.remedy.notices.letters import IncidentFacts, Letter, Sender
from amends.vocabulary.personal import Personal

CANARY = "CANARY"

SENDER = Sender(
    organisation="Office for Sample Cases",
    department="Data Protection",
    phone="+1 202 555 0142",
    email="help@office.example",
    address_lines=("100 Example Avenue", "Springfield"),
    signatory="Jordan Sample",
    signatory_role="Privacy Officer",
    help_lines={
        "en": ("Free legal help: Example Legal Aid.",),
        "es": ("Ayuda legal gratuita: Example Legal Aid.",),
    },
    time_zone="America/New_York",
)
INCIDENT = IncidentFacts(
    published_where="the statistics page of our website",
    exposed_from=datetime(2022, 11, 28, 14, 45, tzinfo=UTC),
    removed_at=datetime(2022, 11, 28, 19, 4, tzinfo=UTC),
    reported_at=datetime(2022, 11, 28, 18, 53, tzinfo=UTC),
)
DISCLOSURE = IncidentFacts(
    published_where="",
    exposed_from=datetime(2022, 12, 7, 15, 30, tzinfo=UTC),
    removed_at=datetime(2022, 12, 7, 15, 30, tzinfo=UTC),
    reported_at=datetime(2022, 12, 8, 14, 0, tzinfo=UTC),
    disclosed_to="a foreign government",
)
"""Staff told somebody directly; nothing was published."""
TOLD_ON = date(2022, 12, 9)
"""When the letters about it are sent."""


def breach_notice(number: int = 1, **changes: Any) -> Letter:
    """Return a complete notice to a person, with ``changes``."""
    fields: dict[str, Any] = {
        "reference": f"N-{number:06}",
        "template": "breach_notice",
        "language": "en",
        "addressee_name": Personal(f"Amina {CANARY} Sample"),
        "address_lines": (Personal("12 Sample Road"), Personal("Springfield")),
        "incident": INCIDENT,
        "sender": SENDER,
        "sent_on": date(2022, 11, 30),
        "reply_by": date(2022, 12, 30),
        "exposed_labels": ("Name", "Date of birth"),
        "unknowns": ("We do not know who downloaded the document.",),
        "entitlements": ("Your custody will be reviewed.",),
        "hold_days": 30,
    }
    return Letter(**(fields | changes))


def representative_notice(number: int = 2, **changes: Any) -> Letter:
    """Return a complete notice to a representative about one client."""
    fields: dict[str, Any] = {
        "template": "representative_notice",
        "addressee_name": Personal("Dana Example, Attorney"),
        "person_name": Personal(f"Amina {CANARY} Sample"),
    }
    return breach_notice(number, **(fields | changes))


def clawback(number: int = 3, **changes: Any) -> Letter:
    """Return a complete letter to a recipient of the data."""
    fields: dict[str, Any] = {
        "template": "clawback",
        "addressee_name": Personal("Example Networks, Abuse Desk"),
        "exposed_labels": (),
        "unknowns": (),
        "entitlements": (),
        "hold_days": None,
        "accessed_at": datetime(2022, 11, 28, 15, 12, 8, tzinfo=UTC),
    }
    return breach_notice(number, **(fields | changes))


def disclosure_notice(number: int = 4, **changes: Any) -> Letter:
    """Return a complete notice to a person about whom somebody was told directly."""
    fields: dict[str, Any] = {"template": "disclosure_notice", "incident": DISCLOSURE, "sent_on": TOLD_ON}
    return breach_notice(number, **(fields | changes))


def representative_disclosure_notice(number: int = 5, **changes: Any) -> Letter:
    """Return a complete notice to the representative of such a person."""
    fields: dict[str, Any] = {
        "template": "representative_disclosure_notice",
        "incident": DISCLOSURE,
        "sent_on": TOLD_ON,
    }
    return representative_notice(number, **(fields | changes))


def disclosure_clawback(number: int = 6, **changes: Any) -> Letter:
    """Return a complete letter to whom staff told something directly."""
    fields: dict[str, Any] = {
        "template": "disclosure_clawback",
        "addressee_name": Personal("Ministry of Examples, Consular Section"),
        "incident": DISCLOSURE,
        "sent_on": TOLD_ON,
        "accessed_at": None,
    }
    return clawback(number, **(fields | changes))


def data_breach_notice(number: int = 7, **changes: Any) -> Letter:
    """Return a complete notice to a person outside custody, who is promised no delay of a removal."""
    return breach_notice(number, **({"template": "data_breach_notice", "hold_days": None} | changes))


def representative_data_breach_notice(number: int = 8, **changes: Any) -> Letter:
    """Return a complete notice to the representative of such a person."""
    fields: dict[str, Any] = {"template": "representative_data_breach_notice", "hold_days": None}
    return representative_notice(number, **(fields | changes))


def supplementary_notice(number: int = 7, **changes: Any) -> Letter:
    """Return a complete letter to a person about facts that changed since the first."""
    fields: dict[str, Any] = {
        "template": "supplementary_notice",
        "changes": ("The document also held your telephone number.",),
    }
    return breach_notice(number, **(fields | changes))


def representative_supplementary_notice(number: int = 8, **changes: Any) -> Letter:
    """Return a complete letter about them to the representative of such a person."""
    fields: dict[str, Any] = {
        "template": "representative_supplementary_notice",
        "changes": ("The document also held your client's telephone number.",),
    }
    return representative_notice(number, **(fields | changes))


def tribunal_notice(number: int = 7, **changes: Any) -> Letter:
    """Return a complete notice to the court before which one person's case is."""
    fields: dict[str, Any] = {
        "template": "tribunal_notice",
        "addressee_name": Personal("the Immigration Court, Springfield"),
        "person_name": Personal(f"Amina {CANARY} Sample"),
        "case_number": Personal("12/2022-0042"),
        "represented": True,
        "unknowns": (),
        "entitlements": (
            "No removal without a chance to seek protection or other relief first.",
            "A Notice to Appear, so that an immigration judge hears the case.",
            "No opposition by us to a motion to reopen the case.",
            "An individual review of custody.",
        ),
        "reply_by": None,
    }
    return breach_notice(number, **(fields | changes))


def certificate(number: int = 8, **changes: Any) -> Letter:
    """Return a complete certificate of the adverse assumption."""
    fields: dict[str, Any] = {
        "template": "adverse_assumption_certificate",
        "person_name": Personal(f"Amina {CANARY} Sample"),
        "unknowns": (),
        "entitlements": (),
        "hold_days": None,
        "reply_by": None,
        "assumption_reasons": (
            "There are no access records for the time in which the data could be read.",
            "An automatic collector took a full copy, which archives may serve to others.",
        ),
    }
    return breach_notice(number, **(fields | changes))


def complete_letter(template: str, language: str) -> Letter:
    """Return a complete letter of any kind, so that every template can be proved."""
    makers = {
        "representative_notice": representative_notice,
        "clawback": clawback,
        "disclosure_notice": disclosure_notice,
        "representative_disclosure_notice": representative_disclosure_notice,
        "disclosure_clawback": disclosure_clawback,
        "data_breach_notice": data_breach_notice,
        "representative_data_breach_notice": representative_data_breach_notice,
        "supplementary_notice": supplementary_notice,
        "representative_supplementary_notice": representative_supplementary_notice,
        "tribunal_notice": tribunal_notice,
        "adverse_assumption_certificate": certificate,
    }
    return makers.get(template, breach_notice)(template=template, language=language)


def pages_of(pdf: Path) -> int:
    """Return how many pages the letter has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def text_of(pdf: Path) -> str:
    """Return the text of all pages with single spaces, hyphenation undone."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(pages).replace("\ufffe", "").split())
