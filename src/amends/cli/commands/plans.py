"""`amends coverage`, `plan`, `status`, `explain`: what is owed to whom, by which playbook, and since when."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
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
    parse_instant,
)
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from amends.casework.queries.coverage import PublicCoverage
    from amends.casework.queries.plan_preview import PlanPreview
    from amends.casework.update_statuses import UpdatedStatuses
    from amends.remedy.coverage_report import CoverageReport
    from amends.remedy.replanning import EntitlementDifference

EXIT_FINDINGS = 1
IncidentArgument = Annotated[str, typer.Argument(help="Reference of the incident.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("coverage")(coverage)
    app.command("plan")(plan)
    app.command("status")(status)
    app.command("explain")(explain)


def coverage(
    incident: IncidentArgument,
    for_publication: Annotated[
        bool, typer.Option(help="Withhold counts of one to four people, and what would give them away.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who falls into which cohorts, and prove that nobody is owed nothing. Exit code 1 where somebody is."""
    open_ledger(home or default_home())
    from amends.casework.queries.coverage import incident_coverage, without_small_cells
    from amends.casework.queries.incidents import find_incident

    report = incident_coverage(find_incident(incident))
    if for_publication:
        public = without_small_cells(report)
        _print(_public_content(public) if as_json else None, lambda: _show_public(public))
    else:
        _print(_coverage_content(report) if as_json else None, lambda: _show_coverage(report))
    if not report.coverage.complete:
        raise typer.Exit(EXIT_FINDINGS)


def plan(
    incident: IncidentArgument,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would change; write nothing.")
    ] = False,
    playbook: Annotated[
        str, typer.Option(help="Compare with another playbook; with --dry-run only.", show_default="its own")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")] = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the plan on record the one that the playbook calls for: add what is new, withdraw what is not owed any more.

    With --dry-run the ledger stays as it is, and the exit code is 1 where somebody would be left out.
    """
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.plan_remedies import plan_remedies
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.plan_preview import preview_plan
    from amends.remedy.playbook import load_playbook

    found = find_incident(incident)
    if dry_run:
        preview = preview_plan(found, load_playbook(playbook) if playbook else None)
        _print(_preview_content(preview) if as_json else None, lambda: _show_preview(preview))
        if not preview.report.coverage.complete:
            raise typer.Exit(EXIT_FINDINGS)
        return
    if playbook and playbook != found.playbook:
        raise UsageError(
            "playbook-differs",
            f"the incident was opened with playbook {found.playbook!r}",
            hint="compare with --dry-run; an incident keeps the playbook under which its clocks started",
            where="--playbook",
        )
    act = Act(actor or default_actor(), reason or f"playbook {found.playbook}", datetime.now(UTC))
    planned = plan_remedies(incident=found, act=act)
    if as_json:
        outcome = {"already": planned.already, **planned.outcome.detail()}
        typer.echo(json.dumps(outcome, indent=1, ensure_ascii=False))
    else:
        typer.echo(f"{planned.outcome.version}{': nothing changed' if planned.already else ''}")
        _show_differences(planned.outcome.entitlements)


def status(
    incident: IncidentArgument,
    registry: Annotated[Path, typer.Option(help="The organisation's registry, .csv or .parquet.")],
    mapping: Annotated[Path, typer.Option("--map", help="Which column means what, TOML.")],
    as_of_now: Annotated[
        str, typer.Option(help="Instant that counts as now.", show_default="the clock")
    ] = "",
    reason: Annotated[
        str, typer.Option(help="Why; it stands in the journal.")
    ] = "the registry was read again",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the registry's status history again: record whose status changed, and plan what is owed now."""
    until = parse_instant(as_of_now, option="--as-of-now") if as_of_now else None
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.queries.incidents import find_incident
    from amends.casework.update_statuses import update_statuses
    from amends.link.mapping import Mapping
    from amends.link.registry import Registry

    found = find_incident(incident)
    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    opened = Registry.open(registry, Mapping.load(mapping))
    updated = update_statuses(incident=found, registry=opened, act=act, as_of_now=until)
    _print(_status_content(updated) if as_json else None, lambda: _show_status(updated))


def explain(
    incident: IncidentArgument,
    reference: Annotated[str, typer.Argument(help="Reference of any remedy of the person, e.g. N-000123.")],
    at: Annotated[str, typer.Option(help="Instant, e.g. 2022-12-03T12:00Z.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a person's status was at an instant, and what was owed then. Names nobody."""
    instant = parse_instant(at, option="--at")
    open_ledger(home or default_home())
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.person_at import person_at

    found = person_at(find_incident(incident), reference, instant)
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=1, default=str))
        return
    console = Console(highlight=False)
    console.print(f"at {found.at:%Y-%m-%d %H:%MZ}: {found.status} (known then: {found.status_as_known_then})")
    console.print(f"planned by: {found.playbook or 'not planned yet'}", markup=False)
    table = Table("reference", "entitlement", "owed since", "withdrawn since", "because")
    for line in found.owed:
        ended = f"{line.withdrawn_since:%Y-%m-%d %H:%MZ}" if line.withdrawn_since else ""
        table.add_row(
            line.reference, line.entitlement, f"{line.since:%Y-%m-%d %H:%MZ}", ended, escape(line.because)
        )
    console.print(table)


def _print(content: dict[str, Any] | None, show: Any) -> None:
    if content is None:
        show()
    else:
        typer.echo(json.dumps(content, indent=1, ensure_ascii=False))


def _coverage_content(report: CoverageReport) -> dict[str, Any]:
    return {
        "audience": "operators",
        "playbook": report.playbook,
        "complete": report.coverage.complete,
        **asdict(report.coverage),
        "in_none": report.in_none,
        "in_several": report.in_several,
        "cohorts": {name: count for name, _, count in report.cohorts},
        "combinations": [{"cohorts": names, "persons": count} for names, count in report.combinations],
        "entitlements": [asdict(item) for item in report.entitlements],
    }


def _public_content(public: PublicCoverage) -> dict[str, Any]:
    combinations = [{"cohorts": names, "persons": count} for names, count in public.combinations]
    return {
        "audience": "public",
        "persons": public.persons,
        "cohorts": public.cohorts,
        "combinations": combinations,
    }


def _preview_content(preview: PlanPreview) -> dict[str, Any]:
    return {
        "dry_run": True,
        "playbook": preview.playbook,
        "playbook_sha256": preview.sha256,
        "before": preview.before,
        "changes": preview.changes,
        "holds": preview.holds,
        "clawbacks": preview.clawbacks,
        "entitlements": [asdict(item) for item in preview.entitlements],
        "coverage": _coverage_content(preview.report),
    }


def _status_content(updated: UpdatedStatuses) -> dict[str, Any]:
    return {
        "as_of_now": updated.as_of_now.isoformat(),
        "already": updated.already,
        "persons": updated.persons,
        "silent": updated.silent,
        "changed": updated.changed,
        "transitions": updated.transitions,
        "removed_in_spite_of_hold": updated.removed_in_spite_of_hold,
        "plan": updated.plan.detail() if updated.plan else {},
    }


def _show_coverage(report: CoverageReport) -> None:
    console = Console(highlight=False)
    table = Table("cohort", "who", "people", title=f"playbook {report.playbook}", title_justify="left")
    for name, title, count in report.cohorts:
        table.add_row(name, escape(title), f"{count:,}")
    console.print(table)
    several = Table("in exactly these cohorts", "people")
    for names, count in report.combinations:
        several.add_row(" + ".join(names) or "none", f"{count:,}")
    console.print(several)
    owed = Table("entitlement", "kind", "from cohort", "called for", "on record")
    for item in report.entitlements:
        owed.add_row(item.entitlement, item.kind, item.cohort, f"{item.called_for:,}", f"{item.on_record:,}")
    console.print(owed)
    found = report.coverage
    console.print(
        f"{found.persons:,} people; owed nothing: {found.without_any:,}, without hold: {found.without_hold:,}, "
        f"without notice: {found.without_notice:,}; in no cohort: {report.in_none:,}"
    )


def _show_public(public: PublicCoverage) -> None:
    table = Table("cohort", "people")
    for name, count in public.cohorts.items():
        table.add_row(name, "withheld" if count is None else f"{count:,}")
    Console(highlight=False).print(table)


def _show_preview(preview: PlanPreview) -> None:
    typer.echo(
        f"dry run with {preview.playbook} (on record: {preview.before or 'nothing'}); nothing is written"
    )
    _show_differences(preview.entitlements)
    typer.echo(f"holds to place: {preview.holds:,}; recipients to ask: {preview.clawbacks:,}")
    _show_coverage(preview.report)


def _show_differences(entitlements: Sequence[EntitlementDifference]) -> None:
    counted = ("added", "reinstated", "withdrawn", "kept", "amended", "unchanged")
    table = Table("entitlement", "cohort", *counted)
    for item in entitlements:
        table.add_row(
            item.entitlement, item.cohort or "none", *(f"{getattr(item, name):,}" for name in counted)
        )
    Console(highlight=False).print(table)


def _show_status(updated: UpdatedStatuses) -> None:
    if updated.already:
        typer.echo("nothing has changed since the last reading")
        return
    typer.echo(f"{updated.changed:,} of {updated.persons:,} people have another status now or in the past")
    for transition, count in updated.transitions.items():
        typer.echo(f"  {transition}: {count:,}")
    if updated.silent:
        typer.echo(f"  the history no longer shows {updated.silent:,} people; what was known of them stays")
    if updated.removed_in_spite_of_hold:
        typer.echo(f"REMOVED IN SPITE OF THE HOLD: {updated.removed_in_spite_of_hold:,}")
    if updated.plan:
        _show_differences(updated.plan.entitlements)
