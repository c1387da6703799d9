"""``recipients.csv``: every client of the leaked document, so that an auditor can count the log by hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from amends.casework.queries.recipients import all_recipients
from amends.casework.results.files import write_text
from amends.ledger.models import Incident

_HEADER = (
    "address",
    "class",
    "verdict",
    "obtained_data",
    "requests",
    "statuses",
    "first_seen",
    "last_seen",
    "bytes_sent",
    "in_window",
)


def write_recipients(incident: Incident, to: Path) -> int:
    """Write one line for each client, those who obtained nothing included; return how many."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    count = 0
    for recipient in all_recipients(incident):
        writer.writerow(
            (
                _inert(recipient.address),
                recipient.recipient_class,
                recipient.verdict,
                "yes" if recipient.obtained_data else "no",
                recipient.requests,
                " ".join(str(status) for status in recipient.statuses),
                recipient.first_seen.isoformat(),
                recipient.last_seen.isoformat(),
                recipient.bytes_sent,
                "yes" if recipient.in_window else "no",
            )
        )
        count += 1
    write_text(to, text.getvalue())
    return count


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an address comes from a log that anyone can write to."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
