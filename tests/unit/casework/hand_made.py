"""An incident of eight rows, each of a person who needs something else, and the verbs in order.

Row 2  Ana Lobo        in custody, Spanish, represented, positive finding
Row 3  Boris Petrov    released, English, no date of birth in the sheet
Row 4  Chidi Okafor    released, represented; the registry allows no letter to the person
Row 5  Nobody Known    not in the registry
Row 6  Esther Mbeki    dead
Row 7  Farid Haddad    released, no address known
Row 8  Ana Lobo        the same person once more, with an e-mail address
Row 9  Gita Rao        removed between exposure and hold, represented by the same counsel as Ana Lobo
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from amends.drill.canary import CANARY
from tests.ledger_cases import LedgerCase

if TYPE_CHECKING:
    from amends.casework.identification.leaked_list import LeakedList
    from amends.casework.open_incident import IncidentFacts
    from amends.ledger.models import AffectedPerson, Incident, Remedy
    from amends.link.mapping import Mapping
    from amends.link.registry import Registry

EXPOSED = datetime(2022, 11, 28, 14, 45, tzinfo=UTC)
REPORTED = datetime(2022, 11, 28, 18, 53, tzinfo=UTC)
REMOVED = datetime(2022, 11, 28, 19, 4, tzinfo=UTC)
AS_OF = datetime(2022, 11, 19, 12, tzinfo=UTC)
NOW = datetime(2022, 11, 30, 15, tzinfo=UTC)

SHEET = (
    ("A-Number", "Last Name", "First Name", "DOB", "Fear Interview Result", "E-Mail"),
    ("A200000002", "Lobo", "Ana", "1990-02-11", "Positive", ""),
    ("A200000003", "Petrov", "Boris", "", "Negative", ""),
    ("A200000004", "Okafor", "Chidi", "1978-04-23", "Pending", ""),
    ("A999999995", "Known", "Nobody", "1966-05-05", "Pending", ""),
    ("A200000006", "Mbeki", "Esther", "1951-06-17", "Negative", ""),
    ("A200000007", "Haddad", "Farid", "1988-07-29", "Pending", ""),
    ("A200000002", "Lobo", "Ana", "1990-02-11", "Positive", "ana@mail.example"),
    ("A200000009", "Rao", "Gita", "1995-09-03", "Pending", ""),
)
REGISTRY_COLUMNS = (
    "person_id",
    "a_number",
    "family_name",
    "given_name",
    "date_of_birth",
    "language",
    "address",
    "contact_channels",
    "deceased",
    "representative_id",
    "representative_name",
    "representative_address",
)
_COUNSEL = ("R1", "Rosa Counsel", f"3 Court Row|{CANARY} Town")
_OTHER_COUNSEL = ("R2", "Tomas Solicitor", f"4 Court Row|{CANARY} Town")
_NO_COUNSEL = ("", "", "")
_HOME = f"9 Long Road|{CANARY} Village"
REGISTRY = (
    ("P2", "A200000002", "Lobo", "Ana", "1990-02-11", "es", _HOME, "hand", "0", *_COUNSEL),
    ("P3", "A200000003", "Petrov", "Boris", "1970-03-30", "en", _HOME, "post", "0", *_NO_COUNSEL),
    ("P4", "A200000004", "Okafor", "Chidi", "1978-04-23", "en", _HOME, "none", "0", *_OTHER_COUNSEL),
    ("P6", "A200000006", "Mbeki", "Esther", "1951-06-17", "en", _HOME, "post", "1", *_NO_COUNSEL),
    ("P7", "A200000007", "Haddad", "Farid", "1988-07-29", "ar", "", "post", "0", *_NO_COUNSEL),
    ("P9", "A200000009", "Rao", "Gita", "1995-09-03", "en", _HOME, "post", "0", *_COUNSEL),
)
_STATUS = (
    ("person_id", "status", "valid_from", "valid_to"),
    ("P2", "DETAINED", "2022-10-01T00:00:00Z", ""),
    *(
        (person, status, begins, ends)
        for person in ("P3", "P4", "P6", "P7")
        for status, begins, ends in (
            ("DETAINED", "2022-10-01T00:00:00Z", "2022-11-25T00:00:00Z"),
            ("RELEASED", "2022-11-25T00:00:00Z", ""),
        )
    ),
    ("P9", "DETAINED", "2022-10-01T00:00:00Z", "2022-11-29T10:00:00Z"),
    ("P9", "REMOVED", "2022-11-29T10:00:00Z", ""),
)
_MAPPING = """
[leaked]
identifiers = ["A-Number"]
family_name = "Last Name"
given_name = "First Name"
date_of_birth = "DOB"

[leaked.facts.fear_finding]
column = "Fear Interview Result"
values = { Positive = "positive", Negative = "negative", Pending = "pending" }

[registry]
person_id = "person_id"
identifiers = ["a_number"]
family_name = "family_name"
given_name = "given_name"
date_of_birth = "date_of_birth"
language = "language"
address = "address"
contact_channels = "contact_channels"
deceased = "deceased"
representative_id = "representative_id"
representative_name = "representative_name"
representative_address = "representative_address"

[status]
file = "status.csv"
person_id = "person_id"
status = "status"
valid_from = "valid_from"
valid_to = "valid_to"

[status.values]
DETAINED = "in_custody"
RELEASED = "released"
REMOVED = "removed"

[as_of]
status = ["in_custody"]
"""


@dataclass
class HandMade:
    """The files, and a walk along the verbs up to any of them."""

    folder: Path
    ledger: LedgerCase
    listing: LeakedList
    mapping: Mapping
    registry: Registry

    @classmethod
    def written(cls, folder: Path, ledger: LedgerCase, **registry_changes: str) -> HandMade:
        """Write the files; ``P3="none"`` changes the contact mark of one person."""
        from amends.casework.identification.leaked_list import leaked_list
        from amends.link.mapping import Mapping
        from amends.link.registry import Registry
        from amends.scan.opening import open_file

        folder.mkdir(parents=True)
        known = [[*row[:7], registry_changes.get(row[0], row[7]), *row[8:]] for row in REGISTRY]
        _write(folder / "leaked.csv", SHEET)
        _write(folder / "registry.csv", (REGISTRY_COLUMNS, *known))
        _write(folder / "status.csv", _STATUS)
        (folder / "mapping.toml").write_text(_MAPPING, encoding="utf-8")
        mapping = Mapping.load(folder / "mapping.toml")
        return cls(
            folder,
            ledger,
            leaked_list(open_file(folder / "leaked.csv"), mapping),
            mapping,
            Registry.open(folder / "registry.csv", mapping),
        )

    def facts(self, **changed: object) -> IncidentFacts:
        from amends.casework.open_incident import IncidentFacts

        values: dict[str, object] = {
            "title": "List of people",
            "leaked_file": self.folder / "leaked.csv",
            "playbook": "custody",
            "exposed_from": EXPOSED,
            "reported_at": REPORTED,
            "removed_at": REMOVED,
            "url": "https://agency.example/list.csv",
            "as_of": AS_OF,
            **changed,
        }
        return IncidentFacts(**values)  # type: ignore[arg-type]

    def opened(self, **changed: object) -> Incident:
        from amends.casework.open_incident import open_incident

        return open_incident(facts=self.facts(**changed), act=act("a leak has been reported")).incident

    def protected(self) -> Incident:
        from amends.casework.protect_population import protect_population

        incident = self.opened()
        protect_population(incident=incident, listing=self.listing, mapping=self.mapping, act=act("hold"))
        incident.refresh_from_db()
        return incident

    def assessed(self) -> Incident:
        from amends.casework.assess_exposure import assess_exposure
        from amends.exposure.assessing import AssessmentRequest, assess

        incident = self.protected()
        log = self.folder / "access.log"
        log.write_text(
            '192.0.2.9 - - [28/Nov/2022:15:00:00 +0000] "GET /list.csv HTTP/1.1" 200 4000 "-" "Mozilla/5.0"\n'
            '192.0.2.10 - - [28/Nov/2022:15:01:00 +0000] "HEAD /list.csv HTTP/1.1" 200 0 "-" "Mozilla/5.0"\n',
            encoding="utf-8",
        )
        request = AssessmentRequest(incident.url, incident.exposed_from, incident.removed_at)
        assess_exposure(incident=incident, assess=lambda: assess([log], request=request), act=act("logs"))
        return incident

    def identified(self) -> Incident:
        incident = self.assessed()
        self.identify(incident)
        incident.refresh_from_db()
        return incident

    def identify(self, incident: Incident) -> None:
        from amends.casework.identify_affected import identify_affected

        identify_affected(
            incident=incident,
            listing=self.listing,
            registry=self.registry,
            mapping=self.mapping,
            act=act("link"),
        )

    def planned(self) -> Incident:
        from amends.casework.plan_remedies import plan_remedies

        incident = self.identified()
        plan_remedies(incident=incident, act=act("plan"))
        incident.refresh_from_db()
        return incident


def act(reason: str = "exercise", *, days: float = 0, actor: str = "operator"):
    """A deliberate act, so many days after the day of the work."""
    from amends.casework.acts import Act

    return Act(actor, reason, NOW + timedelta(days=days))


def person(incident: Incident, registry_person_id: str) -> AffectedPerson:
    from amends.ledger.models import AffectedPerson

    return AffectedPerson.objects.get(incident=incident, registry_person_id=registry_person_id)


def remedies(incident: Incident, kind: str, of: AffectedPerson | None = None, **more: object) -> list[Remedy]:
    from amends.ledger.models import Remedy

    found = Remedy.objects.filter(incident=incident, kind=kind, **more).order_by("id")
    return list(found.filter(person=of) if of else found)


def journal_verbs() -> list[str]:
    from amends.ledger import journal

    return [entry.verb for entry in journal.entries()]


def everything() -> dict[str, list[object]]:
    """Everything that the ledger's tables hold."""
    from django.apps import apps

    return {
        model.__name__: [repr(sorted(row.items())) for row in model._default_manager.order_by("pk").values()]
        for model in apps.get_app_config("ledger").get_models()
    }


def _write(file: Path, rows: object) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)  # type: ignore[arg-type]
