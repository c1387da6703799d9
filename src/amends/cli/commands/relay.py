"""`amends relay`: outgoing mail is screened with what is attached, and passed on or refused."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.doors import AudienceOption, Door, IncidentOption, SettingsOption, releases_for
from amends.cli.options import ActorOption, HomeOption, JsonOption
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.cli.relaying.deciding import Decider, Decision
    from amends.cli.relaying.serving import Bounds

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("relay")(relay)


def relay(
    listen: Annotated[str, typer.Option(help="HOST:PORT to take mail at; a loopback address.")],
    next_hop: Annotated[str, typer.Option("--next", help="HOST:PORT of the mail server behind.")],
    audience: AudienceOption = None,
    config: SettingsOption = None,
    incident: IncidentOption = None,
    most_bytes: Annotated[int, typer.Option(help="Longest message that is taken.", min=1024)] = 50 << 20,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take outgoing mail, pass on what is clear, byte for byte, and refuse everything else with the reason.

    It keeps no mail: a message counts as accepted only when the next server has accepted it. Own mail domains stand
    in amends.toml ([screen.mail], own_domains).
    """
    host, port = place_of(listen, "--listen")
    next_host, next_port = place_of(next_hop, "--next")
    if host not in _LOOPBACK:
        raise UsageError(
            "host-not-loopback",
            "the relay asks nobody who they are, so that it listens to this machine alone",
            hint="use 127.0.0.1, and let your mail server hand its outgoing mail over",
            where="--listen",
        )
    from amends.cli.relaying.deciding import Decider
    from amends.cli.relaying.next_hop import NextHop
    from amends.cli.relaying.serving import Bounds

    name, judge = Door(audience, config, incident, home, actor, outgoing=True).standing_judge()
    decider = Decider(judge, releases_for(name, home), NextHop(next_host, next_port))
    bounds = Bounds(message_bytes=most_bytes)
    asyncio.run(_serve(host, port, decider, bounds, as_json=as_json))


async def _serve(host: str, port: int, decider: Decider, bounds: Bounds, *, as_json: bool) -> None:
    from amends.cli.relaying.serving import listening

    def tell(decision: Decision) -> None:
        _tell(decision, as_json)

    try:
        server = await listening(host, port, decider, bounds=bounds, tell=tell)
    except OSError:
        raise UsageError(
            "address-in-use", "nothing can listen there", hint="choose another port", where="--listen"
        ) from None
    place = server.sockets[0].getsockname()
    typer.echo(json.dumps({"listening": place[1]}) if as_json else f"listening at {host}:{place[1]}")
    async with server:
        await server.serve_forever()


def _tell(decision: Decision, as_json: bool) -> None:
    """Write a line that names the message by its hash; addresses and subjects are nobody's business here."""
    line = {"sha256": decision.sha256, "verdict": decision.verdict, "answer": decision.answer.code}
    words = f"{decision.answer.code}  {decision.sha256[:16]}  {decision.verdict}"
    typer.echo(json.dumps(line) if as_json else words.rstrip())


def place_of(text: str, option: str) -> tuple[str, int]:
    """Return host and port. Raises `UsageError` ``address-invalid``."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise UsageError(
            "address-invalid",
            f"{option} is no HOST:PORT",
            hint="write it like 127.0.0.1:10025",
            where=option,
        )
    return host.strip("[]"), int(port)
