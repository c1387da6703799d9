"""`amends harm`, `amends not-notify`, `amends recipient-policy`: what it can do to people, and what is decided."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from amends.cli.options import (
    ActorOption,
    HomeOption,
    JsonOption,
    default_actor,
    default_home,
    parse_day,
)
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.casework.assess_harm import AssessedHarm

IncidentArgument = Annotated[str, typer.Argument(help="Reference of the incident.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("harm")(harm)
    app.command("not-notify")(not_notify)
    app.command("recipient-policy")(recipient_policy)


def harm(
    incident: IncidentArgument,
    answers: Annotated[
        Path | None, typer.Option(help="TOML: one section for each cohort, question = [answers].")
    ] = None,
    sign: Annotated[
        bool, typer.Option("--sign", help="Keep it as a version and sign it; needs --reason.")
    ] = False,
    reason: Annotated[
        str, typer.Option(help="Why you answer for it, in a sentence; it stands in the journal.")
    ] = "",
    second_actor: Annotated[
        str, typer.Option(help="Who signs too; needed where a version says less harm than the last.")
    ] = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge the harm to each cohort under four regimes, out of one set of facts. Without --answers: what is signed."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.assess_harm import assess_harm, preview_harm
    from amends.casework.queries.harm import signed_assessments
    from amends.casework.queries.incidents import find_incident

    found = find_incident(incident)
    if answers is None:
        judged = list(signed_assessments(found))
    elif sign:
        act = Act(actor or default_actor(), reason, datetime.now(UTC))
        judged = [
            assess_harm(incident=found, cohort=cohort, answers=said, act=act, second_actor=second_actor)
            for cohort, said in _answers(answers).items()
        ]
    else:
        judged = [
            preview_harm(incident=found, cohort=cohort, answers=said)
            for cohort, said in _answers(answers).items()
        ]
    if as_json:
        typer.echo(json.dumps([asdict(item) for item in judged], indent=1))
    else:
        _show(judged)


def not_notify(
    incident: IncidentArgument,
    cohort: Annotated[str, typer.Option(help="Cohort of the playbook.")],
    regime: Annotated[str, typer.Option(help="E.g. gdpr; `amends harm` names them.")],
    version: Annotated[int, typer.Option(help="Version of the signed assessment.", min=1)],
    review_on: Annotated[str, typer.Option(help="Day on which the decision is looked at again, YYYY-MM-DD.")],
    second_actor: Annotated[str, typer.Option(help="Who signs too.")],
    reason: Annotated[str, typer.Option(help="The rationale, in sentences; it stands in the journal.")],
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a decision not to notify, by two signers. It takes no hold, no notice and no protection from anybody."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.decide_not_to_notify import NotNotified, decide_not_to_notify
    from amends.casework.queries.incidents import find_incident

    done = decide_not_to_notify(
        incident=find_incident(incident),
        asked=NotNotified(cohort, regime, version, parse_day(review_on, option="--review-on")),
        second_signer=second_actor,
        act=Act(actor or default_actor(), reason, datetime.now(UTC)),
    )
    answer = {**asdict(done), "review_on": done.review_on.isoformat()}
    again = " (stood already)" if done.already else ""
    typer.echo(
        json.dumps(answer)
        if as_json
        else f"recorded{again}: {done.cohort} under {done.regime}, looked at again on {done.review_on}"
    )


def recipient_policy(
    incident: IncidentArgument,
    tells: Annotated[str, typer.Argument(help="What people are told: named, described or withheld.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")],
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record what people, counsel and courts are told about the recipients. Withheld: certificates are owed."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.queries.incidents import find_incident
    from amends.casework.set_recipient_policy import set_recipient_policy

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    done = set_recipient_policy(incident=find_incident(incident), tells=tells, act=act)
    said = f"recipients: {done.tells} (version {done.version}); certificates owed now: {done.certificates:,}"
    typer.echo(json.dumps(asdict(done)) if as_json else said)


def _answers(file: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return cohort → question → answers; one answer counts as a list of one."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            "harm-answers-unreadable",
            "the answers cannot be read as TOML",
            hint='write [everyone] and under it: context = ["membership_is_sensitive"]',
            where=file.name,
        ) from error
    if not content or not all(isinstance(section, dict) for section in content.values()):
        raise _not_answers(file)
    return {
        cohort: {question: _listed(said, file) for question, said in section.items()}
        for cohort, section in content.items()
    }


def _listed(said: Any, file: Path) -> tuple[str, ...]:
    listed = [said] if isinstance(said, str) else said
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise _not_answers(file)
    return tuple(listed)


def _not_answers(file: Path) -> UsageError:
    return UsageError(
        "harm-answers-invalid",
        "the answers are not sections of questions with lists of answers",
        hint='write [everyone] and under it: context = ["membership_is_sensitive"]',
        where=file.name,
    )


def _show(judged: list[AssessedHarm]) -> None:
    console = Console(highlight=False)
    if not judged:
        console.print("nothing is signed yet: give --answers FILE.toml --sign")
    for item in judged:
        signed = (
            f"version {item.version}, signed by {', '.join(item.signers)}" if item.signers else "not signed"
        )
        console.print(
            f"{item.cohort}: {item.findings.severity}; {item.persons:,} people; {signed}", markup=False
        )
        table = Table("regime", "level", "because", "so")
        for finding in item.findings.findings:
            name = finding.title if finding.applies else f"{finding.title} (no data that bring it in)"
            table.add_row(name, finding.level, "", finding.conclusion)
            for factor in finding.factors:
                table.add_row(f"  {factor.title}", factor.level, factor.rationale, "")
        console.print(table)
    console.print("No regime here is verified against the official text; none clears anything by itself.")
