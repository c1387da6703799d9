"""`amends drill`: rehearse a past incident on synthetic people, with measured times and a score."""

from __future__ import annotations

import json
import resource
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from amends.cli.commands.rehearse import EXIT_NOT_SHOWN, counts, run_rehearsal, show_rows
from amends.cli.commands.respond import Response, Settings, refreshed, run_incident
from amends.cli.options import JsonOption
from amends.cli.session import open_ledger

if TYPE_CHECKING:
    from amends.drill.making import IncidentFiles
    from amends.drill.scenarios import Scenario
    from amends.drill.score import Score

_SENDER = """\
organisation = "Example Custody Agency (drill)"
department = "Privacy office"
phone = "+1 555 0100"
email = "privacy@custody.example"
address_lines = ["1 Example Street", "Exampletown 00000"]
signatory = "A. Example"
signatory_role = "Privacy officer"
hours = "every day, 08:00 to 20:00"
time_zone = "America/New_York"

[help_lines]
en = ["Free legal representation: call +1 555 0101 (drill)."]
es = ["Representación legal gratuita: llame al +1 555 0101 (simulacro)."]
"""


@dataclass(frozen=True, slots=True)
class DrillResult:
    """Score and measurements of one drill."""

    score: Score
    second_persons: int
    overlap: int
    union: int
    seconds_file_to_held: float
    seconds_making: float
    seconds_total: float
    letters: int
    letters_per_second: float
    peak_memory_bytes: int
    exposure_to_hold_seconds: float


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("drill")(drill)


def drill(
    out: Annotated[Path, typer.Option(help="Folder for the incident, its ledger and the results.")] = Path(
        "drill"
    ),
    scenario: Annotated[
        str, typer.Option(help="Name of a scenario, or path of a scenario file.")
    ] = "custody-list",
    people: Annotated[int, typer.Option(help="People in the registry.", min=1)] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same incident.")] = 1,
    rows: Annotated[int | None, typer.Option(help="Scale the scenario to so many rows.")] = None,
    letters: Annotated[bool, typer.Option(help="Write the letters.")] = True,
    with_register: Annotated[bool, typer.Option(help="Write register.parquet (synthetic people).")] = False,
    processes: Annotated[int, typer.Option(help="Processes that render letters.", min=1)] = 2,
    rehearse: Annotated[
        bool, typer.Option("--rehearse/--no-rehearse", help="Play the fifty-two days after, on a copy.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Make a synthetic incident, respond to it as to a real one, and score the response against the truth.

    The ledger of the drill lies in the folder and never touches a real one. A second drill into the same folder
    with the same numbers continues the first, as a second `respond` would.
    """
    began = perf_counter()
    open_ledger(out / "ledger", create=True)
    from amends.casework.results.files import write_text
    from amends.drill.making import make_incident

    planned = _scenario(scenario, rows)
    write_text(out / "sender.toml", _SENDER)
    files = make_incident(planned, people=people, seed=seed, out=out / "incident")
    seconds_making = perf_counter() - began
    settings = Settings(
        out=out,
        actor="drill",
        clock=lambda: planned.times.hold,
        letters=letters,
        with_register=with_register,
        sender=out / "sender.toml",
        processes=processes,
        quiet=as_json,
    )
    first = run_incident(_first_inputs(planned, files), settings)
    second = run_incident(_second_inputs(planned, files), _second_settings(settings, planned))
    first, second = refreshed(first, settings), refreshed(second, _second_settings(settings, planned))
    result = _result(planned, files, first, second, seconds_making, perf_counter() - began)
    rehearsed = run_rehearsal(out, said=not as_json) if rehearse else {}
    _write_score(out, result, rehearsed)
    if as_json:
        typer.echo(json.dumps(_as_dict(result) | counts(rehearsed), indent=1))
    else:
        _show(first, result)
        if rehearsed:
            show_rows(rehearsed)
    second.files.checkpoint.raise_failures()
    if rehearsed and rehearsed["shown"] < rehearsed["rows"]:
        raise typer.Exit(EXIT_NOT_SHOWN)


def _scenario(name: str, rows: int | None) -> Scenario:
    from amends.drill.scenarios import Scenario

    loaded = Scenario.read(Path(name)) if name.endswith(".toml") else Scenario.load(name)
    return loaded.scaled(rows=rows) if rows else loaded


def _first_inputs(planned: Scenario, files: IncidentFiles) -> Any:
    from amends.casework.open_incident import IncidentFacts
    from amends.cli.incident_run import IncidentInputs
    from amends.cli.options import parse_as_of

    facts = IncidentFacts(
        title="List of people in custody posted on the statistics page (drill)",
        leaked_file=files.leaked,
        playbook="custody",
        exposed_from=planned.times.exposed,
        reported_at=planned.times.reported,
        removed_at=planned.times.removed,
        url=planned.access_log.url,
        as_of=parse_as_of(planned.list.as_of.isoformat(), option="as_of"),
    )
    return IncidentInputs(
        facts,
        files.logs,
        files.registry,
        files.mapping,
        own_networks=(planned.access_log.own_network,),
        monitor_agents=(planned.access_log.monitor_agent,),
    )


def _second_inputs(planned: Scenario, files: IncidentFiles) -> Any:
    from amends.casework.open_incident import IncidentFacts
    from amends.cli.incident_run import IncidentInputs

    at: datetime = planned.second_incident.at
    facts = IncidentFacts(
        title="Manifest discussed with a foreign government (drill)",
        leaked_file=files.manifest,
        playbook="custody",
        exposed_from=at,
        reported_at=at,
        removed_at=at,
        disclosed_to="a foreign government",
        disclosed_to_in={"es": "un gobierno extranjero"},
    )
    return IncidentInputs(facts, (), files.registry, files.manifest_mapping)


def _second_settings(settings: Settings, planned: Scenario) -> Settings:
    return Settings(
        out=settings.out / "second-incident",
        actor=settings.actor,
        clock=lambda: max(planned.second_incident.at, planned.times.hold),
        letters=settings.letters,
        with_register=settings.with_register,
        sender=settings.sender,
        processes=settings.processes,
        quiet=settings.quiet,
    )


def _result(
    planned: Scenario, files: IncidentFiles, first: Response, second: Response, making: float, total: float
) -> DrillResult:
    from amends.casework.queries.drill_observation import observe, union_of_persons
    from amends.drill.score import Observed, score

    seen = observe(first.run.incident)
    held_at = first.run.protected.held_at
    told = first.letters
    return DrillResult(
        score=score(files.truth, Observed(seen.judgements, seen.recipients, seen.held_rows, seen.harmed)),
        second_persons=second.figures["persons"],
        overlap=second.figures["persons_in_other_incidents"],
        union=union_of_persons(first.run.incident, second.run.incident),
        seconds_file_to_held=first.run.seconds_file_to_held,
        seconds_making=making,
        seconds_total=total,
        letters=told.letters if told else 0,
        letters_per_second=told.written / told.seconds if told else 0.0,
        peak_memory_bytes=_peak_memory(),
        exposure_to_hold_seconds=(held_at - planned.times.exposed).total_seconds(),
    )


def _peak_memory() -> int:
    """Return the largest resident size, in bytes, that any one process of the drill reached.

    Not the sum with the children's: a forked child counts its parent's pages until it becomes another program.
    """
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(own, children) * 1024


def _as_dict(result: DrillResult) -> dict[str, Any]:
    content = {**asdict(result.score), **asdict(result)}
    del content["score"]
    return content


def _write_score(out: Path, result: DrillResult, rehearsed: Mapping[str, Any]) -> None:
    from amends.casework.results.files import write_text

    write_text(out / "score.json", json.dumps(_as_dict(result) | counts(rehearsed), indent=1) + "\n")


def _show(first: Response, result: DrillResult) -> None:
    from amends.cli.commands.respond import show

    show(first)
    score = result.score
    table = Table(title="Score against the truth", show_header=False, title_justify="left")
    table.add_row(
        "rows linked",
        f"{score.linked_right:,} right, {score.linked_wrong:,} wrong, {score.linked_missed:,} missed of {score.rows:,}",
    )
    table.add_row("F1", f"{score.f1:.4f}")
    table.add_row(
        "recipients",
        f"{score.recipients_found} of {score.recipients_true} found, {score.recipients_false} false",
    )
    table.add_row("rows held", f"{score.held:,} of {score.rows:,}")
    table.add_row(
        "removed before the hold",
        f"{score.harmed_found} of {score.harmed_true} found, {score.harmed_false} false",
    )
    table.add_row(
        "second incident",
        f"{result.second_persons} people, {result.overlap} in both, {result.union:,} in the union",
    )
    table.add_row("exposure to hold", f"{result.exposure_to_hold_seconds / 3600:.1f} h in the scenario")
    table.add_row("leak file to all held", f"{result.seconds_file_to_held:.2f} s of our own running")
    table.add_row(
        "whole drill",
        f"{result.seconds_total:.1f} s, {result.seconds_making:.1f} s of it making the incident",
    )
    if result.letters:
        table.add_row(
            "letters", f"{result.letters:,}; all that was written at {result.letters_per_second:,.0f}/s"
        )
    table.add_row("peak memory", f"{result.peak_memory_bytes / 1e6:,.0f} MB")
    Console(highlight=False).print(table)
