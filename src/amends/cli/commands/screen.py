"""`amends screen`: may these files be published, or sent to somebody?"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from amends import __version__
from amends.cli.known_indexes import KeyFilesOption, KnownOption
from amends.cli.options import ActorOption, HomeOption, default_actor, default_home
from amends.cli.screening.conditions import Asked, Terms, terms_of
from amends.cli.screening.found_files import FoundFile, found_files
from amends.cli.screening.running import Answer, Screener, answers
from amends.cli.screening.writing import ProgressBar, ReportFormat, report_stream, writer_for
from amends.scan.reporting.report import About, ReportedFile, Totals, reported
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from amends.scan.audience_screening import AudienceScreening, Detector
    from amends.scan.reporting.writer import ReportWriter

CLEAR: Final = 0
FINDINGS: Final = 1
INCOMPLETE: Final = 3
FAULT: Final = 4


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("screen")(screen_files)


def screen_files(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Files, folders or patterns of what is to go out."),
    ],
    audience: Annotated[
        str | None,
        typer.Option(help="For whom it is meant: says what may go there.", show_default="public"),
    ] = None,
    audiences: Annotated[
        Path | None, typer.Option(help="File of own audiences, over those that ship.")
    ] = None,
    known: KnownOption = None,
    key_file: KeyFilesOption = None,
    incident: Annotated[
        str | None,
        typer.Option(help="Reference of an incident: stop whatever lists people of its register."),
    ] = None,
    outgoing: Annotated[
        bool, typer.Option("--outgoing", help="Messages are about to be sent: Bcc and attachments are usual.")
    ] = False,
    allow: Annotated[
        list[Path] | None, typer.Option(help="List of findings that somebody answers for.")
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(help="Kind or category of finding that ends with 1; all of them, where none is given."),
    ] = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="Form of the report.")] = ReportFormat.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File that the report is written to.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="How many files are screened at once.")] = 1,
    config: Annotated[
        Path | None,
        typer.Option(help="File of settings.", show_default="amends.toml here or in a folder above"),
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Keep each verdict, and the file's hash, in the ledger.")
    ] = False,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON for each file as it is done.")
    ] = False,
) -> None:
    """Say what personal data the files hold, hidden rows and sheets included. What cannot be opened is not clean.

    Ends with 0 where all of them are clear, 1 for findings, 3 where anything could not be opened or judged, 4 for a
    fault: the highest of all files.
    """
    if actor is not None and not record and incident is None:
        raise UsageError(
            "record-missing",
            "--actor stands in the ledger, and nothing is recorded here",
            hint="add --record or --incident, or leave it out",
        )
    now = datetime.now(UTC)
    asked = Asked(
        audience,
        audiences,
        tuple(allow or ()),
        tuple(fail_on or ()),
        outgoing,
        config,
        known or (),
        key_file or (),
    )
    ledger = _Ledger(home or default_home(), actor or default_actor(), record, incident or "")
    detectors = (ledger.overlap(),) if incident is not None else ()
    terms = terms_of(asked, folder=Path.cwd(), today=now.date(), detectors=detectors)
    total = sum(1 for _ in found_files(paths)) if sys.stderr.isatty() else 0
    with report_stream(output) as stream:
        run = _Run(terms, writer_for(form, stream, lines=as_json), ProgressBar(total, sys.stderr))
        found = answers(
            found_files(paths),
            terms.conditions,
            jobs=jobs,
            screener=ledger.screener(terms) if record else None,
        )
        code = run.through(found, started=now)
    raise typer.Exit(code)


class _Run:
    """One run: every answer is written and counted, and the worst of them decides."""

    def __init__(self, terms: Terms, writer: ReportWriter, bar: ProgressBar) -> None:
        self._terms = terms
        self._writer = writer
        self._bar = bar
        self._totals = Totals()
        self._served: set[str] = set()
        self._code = CLEAR

    def through(self, found: Iterable[Answer], *, started: datetime) -> int:
        """Write the report and return the exit code."""
        audience, settings = self._terms.conditions.audience, self._terms.settings
        self._writer.begin(
            About(
                version=__version__,
                audience=audience.name,
                recipients=audience.recipients,
                settings=str(settings.file) if settings.file else "",
                started=started.isoformat(timespec="seconds").replace("+00:00", "Z"),
            )
        )
        for answer in found:
            self._take(answer)
        self._bar.clear()
        self._note_unused()
        self._writer.end(self._totals, self._code)
        return self._code

    def _take(self, answer: Answer) -> None:
        file = reported(answer.screening)
        self._bar.clear()
        self._writer.file(file)
        self._bar.step(file.path)
        self._totals.add(file)
        self._served.update(one.allowance.place for one in answer.screening.weighed if one.allowance)
        self._code = max(self._code, FAULT if answer.fault else self._code_of(file))

    def _code_of(self, file: ReportedFile) -> int:
        if self._terms.fails(file):
            return FINDINGS
        return INCOMPLETE if file.gaps else CLEAR

    def _note_unused(self) -> None:
        for entry in self._terms.conditions.allowances:
            if entry.place not in self._served:
                self._totals.notes.append(f"the allowance in {entry.place} covered nothing")
        if self._terms.fail_on and self._code < FINDINGS and self._totals.kinds:
            self._totals.notes.append("there are findings of kinds that --fail-on does not name")


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What the ledger has to do with a screening; opened only where it has anything."""

    home: Path
    actor: str
    record: bool
    incident: str

    def screener(self, terms: Terms) -> Screener:
        """Return the screening that leaves a release and a journal entry behind."""
        self._open()
        from amends.casework.acts import Act
        from amends.casework.screen_release import screen_release

        def screened(file: FoundFile) -> AudienceScreening:
            act = Act(self.actor, "screened before publication", datetime.now(UTC))
            return screen_release(
                path=file.path, shown=file.shown, conditions=terms.conditions, act=act
            ).answer

        return screened

    def overlap(self) -> Detector:
        """Return the question how many of a file's people are in the incident's register."""
        self._open()
        from amends.casework.acts import Act
        from amends.casework.count_affected import overlap_detector
        from amends.casework.queries.incidents import find_incident

        act = Act(self.actor, "an outgoing list was held against the register", datetime.now(UTC))
        return overlap_detector(incident=find_incident(self.incident), act=act)

    def _open(self) -> None:
        from amends.cli.session import open_ledger

        open_ledger(self.home)
