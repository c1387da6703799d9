"""ASGI entry point for `amends serve`: the pages, and the HTTP door beside them."""

from __future__ import annotations

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.server.settings")
_pages = get_asgi_application()

from amends.api.application import PREFIX  # noqa: E402 -- Django first
from amends.server.api import screening_application  # noqa: E402

_api = screening_application()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Hand what is under ``/api/`` to the HTTP door, everything else to Django.

    Not through Django: it would take a body whole before it is known who sends it.
    """
    if scope["type"] == "http" and scope["path"].startswith(PREFIX):
        await _api(scope, receive, send)
    else:
        await _pages(scope, receive, send)
