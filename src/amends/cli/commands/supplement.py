"""`amends supplement`: tell people again when facts have changed, and hold them longer because of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from amends.cli.listed_references import listed_references
from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("supplement")(supplement)


def supplement(
    incident: Annotated[str, typer.Argument(help="Reference of the incident.")],
    en: Annotated[list[str], typer.Option("--en", help="A sentence that says what changed; repeat it.")],
    es: Annotated[list[str], typer.Option("--es", help="The same sentence in Spanish; repeat it.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")],
    cohort: Annotated[str, typer.Option(help="Everyone of this cohort of the playbook.")] = "",
    listed_in: Annotated[
        Path | None, typer.Option("--list", help="Text file with the persons, by one hold, H-000123, a line.")
    ] = None,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Owe listed people a supplementary notice; their holds wait for its delivery. `amends respond` writes the letters.

    The words go to everybody on the list, so that they must be about nobody in particular.
    """
    if bool(cohort) == (listed_in is not None):
        raise UsageError(
            "persons-missing", "nobody, or somebody twice, is named", hint="give --cohort or --list"
        )
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.plan_supplementary_notice import Told, plan_supplementary_notice
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.remedies import find_remedies

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    found = find_incident(incident)
    holds = find_remedies(found, listed_references((), listed_in)).keys if listed_in else ()
    planned = plan_supplementary_notice(
        incident=found, told=Told(cohort, holds), what_changed={"en": en, "es": es}, act=act
    )
    if as_json:
        typer.echo(json.dumps(asdict(planned)))
        return
    typer.echo(
        f"supplementary notice {planned.number}: {planned.to_persons:,} owed to persons, "
        f"{planned.to_representatives:,} to representatives{', as before' if planned.already else ''}"
    )
    typer.echo(
        f"{planned.holds_extended:,} holds extended, {planned.holds_lifted:,} were lifted before and stay so"
    )
