"""Puts the HTTP door together: keys and releases out of the ledger, conditions out of the settings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from amends.api.application import Asked, ScreeningApplication, Wanted
from amends.cli.screening.conditions import Asked as AskedTerms
from amends.cli.screening.conditions import terms_of
from amends.gate.keys import given_key
from amends.scan.audience_screening import Conditions, Detector


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


def conditions_of(wanted: Wanted, now: datetime) -> Conditions:
    """Return what a file is held against, by the settings of the folder that the server runs in.

    Read for each request, so that a changed file counts at once. Raises `UsageError` for an audience or an incident
    that is not known and for settings that cannot be used.
    """
    asked = AskedTerms(audience=wanted.audience)
    detectors = _overlap(wanted, now) if wanted.incident else ()
    return terms_of(asked, folder=Path.cwd(), today=now.date(), detectors=detectors).conditions


def _overlap(wanted: Wanted, now: datetime) -> tuple[Detector, ...]:
    """Return the question how many of a file's people are in the register of the incident."""
    from django.db import close_old_connections

    from amends.casework.acts import Act
    from amends.casework.count_affected import overlap_detector
    from amends.casework.queries.incidents import find_incident

    close_old_connections()
    act = Act(wanted.caller, "a file sent by HTTP was held against the register", now)
    return (overlap_detector(incident=find_incident(wanted.incident), act=act),)
