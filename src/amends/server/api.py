"""Puts the HTTP door together: keys and releases out of the ledger, conditions out of the settings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from amends.api.application import Asked, ScreeningApplication
from amends.gate.keys import given_key
from amends.scan.audience_screening import Conditions
from amends.scan.audiences.loading import audience_named
from amends.scan.mail_recipients import MailRules
from amends.scan.settings import ScreenSettings, find_settings, load_settings


def screening_application() -> ScreeningApplication:
    """Return the application behind ``/api/``; Django has been set up."""
    from amends.casework.queries.api_callers import BornKey, calling_system
    from amends.casework.queries.file_releases import ReleasedFiles

    def caller(header: bytes, now: datetime) -> str | None:
        given = given_key(header)
        if given is None:
            return None
        return calling_system(BornKey(given.kind, given.key_id, given.secret_sha256), now=now)

    asked = Asked(
        caller=caller,
        conditions=conditions_of,
        released=lambda sha256, audience: ReleasedFiles(audience).holds(sha256),
    )
    return ScreeningApplication(asked)


def conditions_of(audience: str, now: datetime) -> Conditions:
    """Return what files for an audience are held against, by the settings of the folder that the server runs in.

    Read for each request, so that a changed file counts at once. Raises `UsageError` for an audience that is not
    known and for settings that cannot be used.
    """
    file = find_settings(Path.cwd())
    settings = load_settings(file, today=now.date()) if file is not None else ScreenSettings()
    most = settings.most_in_sight
    return Conditions(
        audience=audience_named(audience, settings.audiences),
        allowances=settings.allowances,
        mail=MailRules(settings.own_domains) if most is None else MailRules(settings.own_domains, most),
        outgoing=settings.outgoing,
    )
