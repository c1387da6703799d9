"""`amends respond`: one command runs a whole incident."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from amends.cli.options import (
    ActorOption,
    HomeOption,
    JsonOption,
    default_actor,
    default_home,
    parse_as_of,
    parse_instant,
)
from amends.cli.progress import step_progress
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.cli.incident_run import IncidentInputs, IncidentRun
    from amends.cli.letters_run import LettersRun
    from amends.cli.results_run import ResultFiles


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("respond")(respond)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run behaves, apart from its inputs."""

    out: Path
    actor: str
    clock: Callable[[], datetime]
    letters: bool
    with_register: bool
    sender: Path
    processes: int
    quiet: bool


@dataclass(frozen=True, slots=True)
class Response:
    """Everything that came of a whole incident."""

    run: IncidentRun
    letters: LettersRun | None
    figures: dict[str, int]
    files: ResultFiles
    draft_sender: bool
    seconds_total: float


def respond(
    leaked: Annotated[Path, typer.Option(help="The leaked file, .xlsx or .csv.")],
    registry: Annotated[Path, typer.Option(help="The organisation's registry, .csv or .parquet.")],
    mapping: Annotated[Path, typer.Option("--map", help="Which column means what, TOML.")],
    exposed_from: Annotated[
        str, typer.Option(help="When the data could first be had, e.g. 2022-11-28T14:45Z.")
    ],
    reported_at: Annotated[str, typer.Option(help="When the leak was first reported.")],
    removed_at: Annotated[str, typer.Option(help="When the data could no longer be had.")],
    out: Annotated[Path, typer.Option(help="Folder for report, letters and figures.")],
    logs: Annotated[
        list[Path] | None, typer.Option(help="Access logs, plain or gz; repeat, or name folders.")
    ] = None,
    url: Annotated[str, typer.Option(help="Address at which the data could be had.")] = "",
    disclosed_to: Annotated[
        str, typer.Option(help="Whom they were disclosed to directly, where that is known.")
    ] = "",
    disclosed_to_in: Annotated[
        list[str] | None,
        typer.Option(help="The same in another language, for letters in it: es='un gobierno extranjero'."),
    ] = None,
    as_of: Annotated[str, typer.Option(help="Day (noon UTC) or instant whose state the data describe.")] = "",
    playbook: Annotated[str, typer.Option(help="What is owed to whom.")] = "custody",
    jurisdiction: Annotated[
        list[str] | None, typer.Option(help="Laws beside those of the playbook, e.g. us-ca; repeat it.")
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(help="What the organisation is, e.g. federal_agency or business; repeat it."),
    ] = None,
    title: Annotated[str, typer.Option(help="Name of the incident; without personal data.")] = "",
    document_size: Annotated[
        int | None, typer.Option(help="Bytes of a full copy, where it is not the file's size.")
    ] = None,
    own_network: Annotated[
        list[str] | None, typer.Option(help="Network of the organisation's own staff, CIDR.")
    ] = None,
    monitor_agent: Annotated[
        list[str] | None, typer.Option(help="Part of the agent of own uptime checks.")
    ] = None,
    letters: Annotated[bool, typer.Option(help="Write the letters.")] = True,
    with_register: Annotated[
        bool, typer.Option(help="Write register.parquet, which names every affected person.")
    ] = False,
    sender: Annotated[
        Path | None,
        typer.Option(help="Who writes the letters, TOML.", show_default="sender.toml of the ledger"),
    ] = None,
    now: Annotated[
        str, typer.Option(help="Instant of the work, for drills and late records.", show_default="the clock")
    ] = "",
    processes: Annotated[int, typer.Option(help="Processes that render letters.", min=1)] = 2,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a whole incident: hold everyone, find readers and people, plan what is owed, write letters, figures, report.

    A second run of the same incident changes nothing and duplicates nothing.
    """
    folder = home or default_home()
    exposed = parse_instant(exposed_from, option="--exposed-from")
    reported = parse_instant(reported_at, option="--reported-at")
    removed = parse_instant(removed_at, option="--removed-at")
    described = parse_as_of(as_of, option="--as-of") if as_of else None
    fixed = parse_instant(now, option="--now") if now else None
    open_ledger(folder, create=True)
    from amends.casework.open_incident import IncidentFacts
    from amends.casework.results.sender import write_sender_template
    from amends.cli.incident_run import IncidentInputs

    write_sender_template(folder)
    facts = IncidentFacts(
        title=title or _default_title(url, disclosed_to),
        leaked_file=leaked,
        playbook=playbook,
        url=url,
        disclosed_to=disclosed_to,
        disclosed_to_in=_by_language(disclosed_to_in or ()),
        exposed_from=exposed,
        reported_at=reported,
        removed_at=removed,
        as_of=described,
        jurisdictions=tuple(jurisdiction or ()),
        roles=tuple(role or ()),
    )
    inputs = IncidentInputs(
        facts,
        tuple(logs or ()),
        registry,
        mapping,
        document_size,
        tuple(own_network or ()),
        tuple(monitor_agent or ()),
    )
    settings = Settings(
        out=out,
        actor=actor or default_actor(),
        clock=(lambda: fixed) if fixed else (lambda: datetime.now(UTC)),
        letters=letters,
        with_register=with_register,
        sender=sender or folder / "sender.toml",
        processes=processes,
        quiet=as_json,
    )
    response = run_incident(inputs, settings)
    if as_json:
        typer.echo(json.dumps(summary(response), indent=1))
    else:
        show(response)
    response.files.checkpoint.raise_failures()


def run_incident(inputs: IncidentInputs, settings: Settings) -> Response:
    """Run the whole main path and write the result files."""
    from amends.casework.results.sender import load_sender
    from amends.cli.incident_run import IncidentRunner
    from amends.cli.letters_run import write_letters
    from amends.cli.results_run import write_results

    began = perf_counter()
    with step_progress(shown=not settings.quiet) as progress:
        sender = load_sender(settings.sender)
        runner = IncidentRunner(inputs, actor=settings.actor, clock=settings.clock, report=progress.step_done)
        run = runner.run()
        written = None
        if settings.letters:
            written = write_letters(
                run.incident,
                sender.sender,
                out=settings.out,
                act=runner.act,
                processes=settings.processes,
            )
            rate = written.written / written.seconds if written.seconds else 0
            progress.step_done(
                "write letters", f"{written.written:,} letters of all kinds, {rate:,.0f}/s", written.seconds
            )
        published = runner.publish(run.incident)
        files = write_results(
            run.incident,
            published,
            out=settings.out,
            with_register=settings.with_register,
            act=runner.act("the results are written"),
        )
    return Response(run, written, published.values, files, sender.draft, perf_counter() - began)


def refreshed(response: Response, settings: Settings) -> Response:
    """Count and write the results again, after another incident has changed what this one overlaps with (R17)."""
    from amends.casework.acts import Act
    from amends.casework.publish_figures import publish_figures
    from amends.cli.results_run import write_results

    act = Act(settings.actor, "another incident was added to the ledger", settings.clock())
    published = publish_figures(incident=response.run.incident, act=act)
    files = write_results(
        response.run.incident,
        published,
        out=settings.out,
        with_register=settings.with_register,
        act=act,
    )
    return replace(response, figures=published.values, files=files)


def summary(response: Response) -> dict[str, Any]:
    """Return the result for machines."""
    return {
        "incident": response.run.incident.reference,
        "figures": response.figures,
        "letters": asdict(response.letters) if response.letters else None,
        "journal_head": f"{response.files.head.sequence}:{response.files.head.digest}",
        "checkpoint": response.files.checkpoint.written,
        "seconds_file_to_held": round(response.run.seconds_file_to_held, 3),
        "seconds_total": round(response.seconds_total, 3),
        "report": str(response.files.report),
    }


def show(response: Response) -> None:
    """Print the result for people."""
    from amends.figures.overview import in_words

    console = Console(highlight=False)
    figures, run = response.figures, response.run
    table = Table(title=f"Incident {run.incident.reference}", show_header=False, title_justify="left")
    table.add_row("exposed", in_words(run.incident.exposure_duration))
    for name in ("rows", "persons", "holds_in_force", "in_custody_at_exposure", "not_in_custody_at_exposure"):
        table.add_row(name.replace("_", " "), f"{figures[name]:,}")
    for name in ("removed_before_discovery", "removed_between_exposure_and_hold", "recipients", "clawbacks"):
        table.add_row(name.replace("_", " "), f"{figures[name]:,}")
    table.add_row("rows to be judged", f"{figures['rows_review']:,}")
    if response.letters:
        told = response.letters
        table.add_row(
            "letters", f"{told.to_persons:,} to persons, {told.to_representatives:,} to representatives"
        )
        table.add_row("besides", f"{told.to_tribunals:,} to courts, {told.certificates:,} certificates")
        for reason, count in told.withheld.items():
            table.add_row("  not written", escape(f"{count:,}: {reason}"))
    table.add_row("leak file to all held", f"{run.seconds_file_to_held:.2f} s")
    console.print(table)
    console.print(f"report:  {response.files.report}", soft_wrap=True, markup=False)
    console.print(f"journal: {response.files.head.sequence}:{response.files.head.digest}", soft_wrap=True)
    for place in response.files.checkpoint.written:
        console.print(f"signed:  {place}", soft_wrap=True, markup=False)
    if response.letters and response.draft_sender:
        console.print("[yellow]The letters say DRAFT: fill in sender.toml before any of them goes out.[/]")


def _by_language(given: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if any(not (language and words) for language, _, words in pairs):
        raise UsageError(
            "language-missing",
            "--disclosed-to-in does not say which language it is in",
            hint="write it like es='un gobierno extranjero'",
            where="--disclosed-to-in",
        )
    return {language: words for language, _, words in pairs}


def _default_title(url: str, disclosed_to: str) -> str:
    from urllib.parse import urlsplit

    if url:
        return f"Document exposed at {urlsplit(url).hostname or 'a public address'}"
    return f"Data disclosed to {disclosed_to}" if disclosed_to else "Data exposed"
