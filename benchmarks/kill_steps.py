"""The verbs that `benchmarks.kills` kills, each on a small ledger prepared up to it. Runs in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.ledger_cases import NOW, TABLE, identified, opened_incident, protected_incident, working_on

if TYPE_CHECKING:
    from amends.casework.acts import Act, Change
    from amends.ledger.home import LedgerHome
    from amends.ledger.models import Incident

ROWS = 300
LATE = NOW + timedelta(days=40)
_ASKER, _APPROVER = "rita requester", "alan approver"
_PASSPHRASE = "stone river lantern 41"  # noqa: S105 -- of an invented officer
_QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def prepare(home: LedgerHome, url: str, step: str) -> None:
    """Make a ledger and bring it to just before ``step``."""
    from django.core.management import call_command
    from django.test import override_settings

    home.create()
    folder = home.folder / "files"
    folder.mkdir()
    with working_on(home, url), override_settings(PASSWORD_HASHERS=_QUICK):
        call_command("migrate", verbosity=0, interactive=False)
        if step == "place":
            opened_incident(folder)
            return
        incident = protected_incident(folder, ROWS)
        identified(incident, [{"status_at_exposure": "released"}] * ROWS)
        if step == "lift":
            plan()
            _tell(incident)
            _finish_reviews()
            _ask(incident)


def run(home: LedgerHome, url: str, step: str, *, say: Callable[[], None], planted: bool = False) -> None:
    """Take the step; ``say`` is called when everything is ready for it. Once it stands, it changes nothing."""
    from django.db import connection
    from django.test import override_settings

    ways = {"place": place, "plan": plan, "lift": _lift_as_planted if planted else lift}
    with working_on(home, url), override_settings(PASSWORD_HASHERS=_QUICK):
        connection.ensure_connection()
        say()
        ways[step]()


def act(reason: str, *, late: bool = False, actor: str = "operator") -> Act:
    """A deliberate act of the operator's, or of an officer's."""
    from amends.casework.acts import Act

    return Act(actor, reason, LATE if late else NOW)


def place() -> None:
    """Hold everyone in the file."""
    from amends.casework.identification.leaked_list import LeakedList
    from amends.casework.protect_population import protect_population
    from amends.casework.queries.incidents import all_incidents
    from amends.link.mapping import Mapping
    from amends.scan.tables import Table
    from amends.vocabulary.provenance import Provenance
    from tests.ledger_cases import MAPPING

    mapping = Path(os.environ["AMENDS_HOME"]) / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    numbers = range(2, ROWS + 2)
    table = Table(
        provenance=Provenance.of("leaked.xlsx", TABLE),
        name=TABLE,
        hidden="",
        columns=("A-Number", "Last Name", "First Name", "DOB"),
        rows=tuple((f"A{number:09d}", "Zzcanary", "Sample", "1990-01-01") for number in numbers),
        row_numbers=tuple(numbers),
    )
    protect_population(
        incident=all_incidents()[0],
        listing=LeakedList((table,), (), {}),
        mapping=Mapping.load(mapping),
        act=act("hold everyone"),
    )


def plan() -> None:
    """Plan what everyone is owed."""
    from amends.casework.plan_remedies import plan_remedies
    from amends.casework.queries.incidents import all_incidents

    plan_remedies(incident=all_incidents()[0], act=act("plan"))


def _tell(incident: Incident) -> None:
    from amends.casework.advance_remedy import Letterhead, Shown, advance_remedy
    from amends.ledger.models import Remedy

    notices = list(Remedy.objects.filter(kind="notice").values_list("id", flat=True))
    letters = Shown(content={notice: Letterhead("0" * 64, "en", "hand") for notice in notices})
    for step, shown in (
        ("prepare", letters),
        ("dispatch", None),
        ("prove_delivery", Shown(proof="receipt 1")),
    ):
        advance_remedy(incident=incident, remedies=notices, step=step, act=act("tell"), shown=shown)


def _finish_reviews() -> None:
    """Bring every review to its end: what is killed here is the lifting, and a hold waits for reviews."""
    from amends.ledger.models import Remedy

    Remedy.objects.filter(kind="review").update(state="granted")


def _ask(incident: Incident) -> None:
    from amends.casework.grant_authority import Authority, grant_authority
    from amends.casework.request_release import ReleaseList, request_release
    from amends.ledger.models import Remedy

    for name in (_ASKER, _APPROVER):
        grant_authority(
            officer=name, passphrase=_PASSPHRASE, authority=Authority(True, True), act=act("found the list")
        )
    holds = tuple(Remedy.objects.filter(kind="hold", row__isnull=False).values_list("id", flat=True))
    request_release(
        incident=incident,
        wanted=ReleaseList(holds, len(holds)),
        passphrase=_PASSPHRASE,
        act=act("everyone was told", late=True, actor=_ASKER),
    )


def lift() -> None:
    """Approve the request that waits, if it still does."""
    from amends.casework.approve_release import approve_release
    from amends.casework.queries.holds import list_releases

    for line in list_releases(now=LATE):
        if line.state == "requested":
            approve_release(
                release=line.reference,
                count=line.holds,
                passphrase=_PASSPHRASE,
                act=act("I read the list", late=True, actor=_APPROVER),
            )


def _lift_as_planted() -> None:
    """The planted bug: changes are committed as they come, and the journal entry by itself at the end."""
    from amends.casework import approve_release as verb

    setattr(verb, "journalled", _journalled_apart)  # noqa: B010 -- planted from outside
    lift()


@contextmanager
def _journalled_apart(verb: str, act: Any) -> Iterator[Change]:
    from django.db import transaction

    from amends.casework.acts import Change
    from amends.ledger import journal

    change = Change()
    yield change
    with transaction.atomic():
        fields = journal.JournalFields(verb, act.actor, act.reason, change.incident, change.detail)
        journal.append(fields, at=act.now)
