"""`amends serve`, `amends operator`: the pages behind a login."""

from __future__ import annotations

from typing import Annotated

import typer

from amends.cli.options import HomeOption, default_home
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("serve")(serve)
    app.command("operator")(operator)


def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="Loopback address to listen on.")] = "127.0.0.1",
    home: HomeOption = None,
) -> None:
    """Show the incidents in a browser on this machine, behind a login, read-only.

    It listens on the loopback interface alone; to reach it from elsewhere put a server with TLS before it.
    """
    if host not in _LOOPBACK:
        raise UsageError(
            "host-not-loopback",
            "the pages are served to this machine alone",
            hint="use 127.0.0.1, and put a server with TLS before it",
            where="--host",
        )
    open_ledger(home or default_home())
    import uvicorn

    typer.echo(f"http://{host}:{port}/  (stop with Ctrl-C)")
    uvicorn.run(
        "amends.server.asgi:application",
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
    )


def operator(
    name: Annotated[str, typer.Argument(help="Login name.")],
    home: HomeOption = None,
    password: Annotated[
        str,
        typer.Option(
            prompt=True,
            hide_input=True,
            confirmation_prompt=True,
            envvar="AMENDS_OPERATOR_PASSWORD",
            help="At least twelve characters; asked for where it is not given.",
        ),
    ] = "",
) -> None:
    """Make an operator who may log in, or give an existing one a new password."""
    open_ledger(home or default_home(), create=True)
    from django.contrib.auth.models import User
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password)
    except ValidationError as error:
        raise UsageError(
            "password-too-weak", " ".join(error.messages), hint="choose a longer one that nobody else uses"
        ) from error
    user, made = User.objects.get_or_create(username=name)
    user.set_password(password)
    user.save()
    typer.echo(f"{'made' if made else 'new password for'}: {name}")
