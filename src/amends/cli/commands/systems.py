"""`amends systems`: the systems that must ask before they act, their API keys and their list secrets."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.casework.acting_systems.api_keys import IssuedKey
    from amends.casework.acts import Act
    from amends.casework.queries.acting_systems import ListedSystem

app = typer.Typer(help="Acting systems: who must ask the gate, and with which keys.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="Name of the acting system.")]
KeyArgument = Annotated[str, typer.Argument(help="Id of the key: twelve characters, never the whole key.")]
ReasonOption = Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")]


def register(program: typer.Typer) -> None:
    """Add the commands to the program."""
    program.add_typer(app, name="systems")


def _act(actor: str | None, reason: str) -> Act:
    from amends.casework.acts import Act

    return Act(actor or default_actor(), reason, datetime.now(UTC))


@app.command("register")
def register_(
    name: NameArgument,
    title: Annotated[str, typer.Option(help="What the system is, for people.")],
    contact: Annotated[str, typer.Option(help="Office and telephone to call when it falls silent.")],
    action: Annotated[
        list[str], typer.Option(help="Adverse action that it can take, e.g. removal; repeat it.")
    ],
    reason: ReasonOption,
    webhook_url: Annotated[
        str, typer.Option(help="Where it is told of new lists (https); without it, it fetches them itself.")
    ] = "",
    not_barred: Annotated[
        bool,
        typer.Option(
            "--not-barred", help="It is known that no hold bars one of these actions: clear for everybody."
        ),
    ] = False,
    silent_after: Annotated[int, typer.Option(help="Minutes that it may say nothing.", min=1)] = 24 * 60,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register an acting system. Its list secret is shown this once: hand it over by a safe way."""
    open_ledger(home or default_home())
    from amends.casework.register_system import SystemFacts, register_system

    facts = SystemFacts(
        name, title, contact, action, timedelta(minutes=silent_after), webhook_url, not_barred
    )
    found = register_system(facts=facts, act=_act(actor, reason))
    answer = {"system": found.name, "mode": found.mode, "already": found.already}
    if found.already:
        _say(answer, f"stands already: {found.name}", as_json)
    else:
        _say_list_secret(answer, f"registered: {found.name} ({found.mode})", found.list_secret, as_json)


@app.command("list")
def list_(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the acting systems, what they may do, their keys by id, and their lists."""
    open_ledger(home or default_home())
    from amends.casework.queries.acting_systems import list_systems

    systems = list_systems(now=datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps([_plain(asdict(system)) for system in systems], indent=1))
    else:
        _show(systems)


@app.command("retire")
def retire(
    name: NameArgument,
    reason: ReasonOption,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Retire a system for good: its keys are revoked, it gets no more lists, its record stays."""
    open_ledger(home or default_home())
    from amends.casework.retire_system import retire_system

    found = retire_system(name=name, act=_act(actor, reason))
    words = "retired already" if found.already else f"retired, {found.keys_revoked} keys revoked"
    _say(asdict(found), f"{name}: {words}", as_json)


@app.command("resume")
def resume(
    name: NameArgument,
    reason: ReasonOption,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send webhooks to a system again that were stopped because they failed."""
    open_ledger(home or default_home())
    from amends.casework.resume_push import resume_push

    found = resume_push(name=name, act=_act(actor, reason))
    words = "webhooks were never stopped" if found.already else "webhooks go out again"
    _say(asdict(found), f"{name}: {words}, {found.owed} owed", as_json)


@app.command("new-list-secret")
def new_list_secret(
    name: NameArgument,
    reason: ReasonOption,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replace the list secret of a system; lists and webhooks are signed with the new one from now on."""
    open_ledger(home or default_home())
    from amends.casework.replace_list_secret import replace_list_secret

    found = replace_list_secret(name=name, act=_act(actor, reason))
    answer = {"system": found.name, "list_key_id": found.key_id}
    _say_list_secret(answer, f"replaced: {found.name}; publish now", found.list_secret, as_json)


@app.command("issue-key")
def issue_key(
    name: NameArgument,
    reason: ReasonOption,
    kind: Annotated[
        str, typer.Option(help="live (authorises), team (looks up), test (invented people).")
    ] = "live",
    action: Annotated[
        list[str] | None,
        typer.Option(help="Action it may ask about; repeat it.", show_default="all of the system's"),
    ] = None,
    rate: Annotated[int, typer.Option(help="Requests a second; twice as many may come at once.", min=1)] = 50,
    expires_in: Annotated[int, typer.Option(help="Days until it expires; 0 for never.", min=0)] = 365,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Issue an API key. It is shown this once; the ledger keeps only a hash of its secret."""
    open_ledger(home or default_home())
    from amends.casework.acting_systems.api_keys import KeyTerms
    from amends.casework.issue_api_key import issue_api_key

    act = _act(actor, reason)
    terms = KeyTerms(kind, tuple(action or ()), rate, _expiry(act.now, expires_in))
    _say_key({}, issue_api_key(system=name, terms=terms, act=act), as_json)


@app.command("rotate-key")
def rotate_key(
    key: KeyArgument,
    reason: ReasonOption,
    overlap: Annotated[int, typer.Option(help="Minutes for which the old key stays valid.", min=0)] = 24 * 60,
    expires_in: Annotated[
        int, typer.Option(help="Days until the new one expires; 0 for never.", min=0)
    ] = 365,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Issue a key in another's place; for the overlap both are valid. A key that leaked is revoked instead."""
    open_ledger(home or default_home())
    from amends.casework.rotate_api_key import rotate_api_key

    act = _act(actor, reason)
    found = rotate_api_key(
        key_id=_public_part(key),
        overlap=timedelta(minutes=overlap),
        expires_at=_expiry(act.now, expires_in),
        act=act,
    )
    until = found.old_valid_until.isoformat(timespec="seconds")
    _say_key({"replaces": found.old_key_id, "old_valid_until": until}, found.issued, as_json)


@app.command("revoke-key")
def revoke_key(
    key: KeyArgument,
    reason: ReasonOption,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Revoke a key at once: from the gate's next answer on it is answered with hold."""
    open_ledger(home or default_home())
    from amends.casework.revoke_api_key import revoke_api_key

    found = revoke_api_key(key_id=_public_part(key), act=_act(actor, reason))
    _say(asdict(found), f"{found.key_id}: {'revoked already' if found.already else 'revoked'}", as_json)


def _public_part(key: str) -> str:
    """Return the id of a key. Raises `UsageError` ``api-key-shown`` for a whole key, which now stands in a history."""
    if "_" in key:
        raise UsageError(
            "api-key-shown",
            "this is a whole key, and it now stands in the shell's history",
            hint="revoke it by its id, the twelve characters after the kind, and issue a new one",
        )
    return key


def _expiry(now: datetime, days: int) -> datetime | None:
    return now + timedelta(days=days) if days else None


def _say(answer: dict[str, Any], words: str, as_json: bool) -> None:
    typer.echo(json.dumps(_plain(answer)) if as_json else words)


def _say_list_secret(answer: dict[str, Any], words: str, secret: str, as_json: bool) -> None:
    from amends.vocabulary.hold_list import ListKeys

    webhook_secret = ListKeys.from_secret(secret).webhook_secret
    if as_json:
        typer.echo(json.dumps({**answer, "list_secret": secret, "webhook_secret": webhook_secret}))
        return
    typer.echo(words)
    typer.echo(f"list secret:    {secret}")
    typer.echo(f"webhook secret: {webhook_secret}  (made from the list secret)")
    typer.echo("Both are shown this once. Hand them over by a safe way, and keep no copy here.")


def _say_key(answer: dict[str, Any], issued: IssuedKey, as_json: bool) -> None:
    expires = issued.expires_at.isoformat(timespec="seconds") if issued.expires_at else None
    if as_json:
        about = {"key_id": issued.key_id, "system": issued.system, "kind": issued.kind}
        typer.echo(
            json.dumps(
                {**answer, **about, "actions": issued.actions, "expires_at": expires, "key": issued.token}
            )
        )
        return
    typer.echo(f"issued: {issued.kind} key {issued.key_id} for {issued.system}, until {expires or 'revoked'}")
    if answer:
        typer.echo(f"the old key {answer['replaces']} is valid until {answer['old_valid_until']}")
    typer.echo(f"key: {issued.token}")
    typer.echo("It is shown this once. Hand it over by a safe way, and keep no copy here.")


def _show(systems: list[ListedSystem]) -> None:
    headings = ("System", "Actions", "Mode", "List", "Acknowledged", "Last heartbeat")
    table = Table(*headings, Column("Keys", overflow="fold"))
    for system in systems:
        keys = ", ".join(f"{key.key_id} {key.kind} {key.state}" for key in system.keys)
        mode = (
            "retired"
            if system.retired_at
            else system.mode + (" (stopped)" if system.push_disabled_at else "")
        )
        beat = system.last_heartbeat.isoformat(timespec="minutes") if system.last_heartbeat else "never"
        sequences = (str(system.list_sequence), str(system.acknowledged))
        table.add_row(system.name, ", ".join(system.actions), mode, *sequences, beat, keys)
    Console().print(table)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(values, default=lambda moment: moment.isoformat()))
    return plain
