"""The files of the truth, so that the score can find them without the generator and what it needs."""

from __future__ import annotations

from typing import Final

ROWS: Final = "rows.parquet"
"""row, person_id (null where the registry does not know the person), status_at_leak, slips, hidden."""

PERSONS: Final = "persons.parquet"
"""Registered people touched by either incident: lists, states, circumstances, easily confused kin."""

MANIFEST: Final = "manifest.parquet"
"""row, person_id, in_first_leak, slips."""

RECIPIENTS: Final = "recipients.csv"
"""address, class, strongest verdict, requests, in_window: every client of whom the log has a line."""

REQUESTS: Final = "requests.csv"
"""Every request for the leaked document, those without a line in the log included."""

HARMED: Final = "harmed.csv"
"""person_id of everybody in the list who was removed between exposure and hold."""

HOLES: Final = "holes.csv"
"""begins, ends, recipients_lost."""
