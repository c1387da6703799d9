"""Writes requests as an Apache log in combined format, its earlier part rotated and compressed.

Source: Apache HTTP Server, mod_log_config, ``%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"``.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from amends.drill.plans import LogPlan
from amends.drill.readers import ReaderRequest

CURRENT: Final = "access.log"
ROTATED: Final = "access.log.1.gz"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_logs(folder: Path, requests: Iterable[ReaderRequest], plan: LogPlan) -> tuple[Path, Path]:
    """Write the current and the rotated part, in order of time, and return both paths."""
    zone = timezone(timedelta(minutes=plan.utc_offset_minutes))
    rotated_at = int(plan.rotated.timestamp())
    parts: tuple[list[str], list[str]] = ([], [])
    for request in sorted(requests, key=lambda request: request.time):
        parts[request.time < rotated_at].append(_line(request, zone))
    current, rotated = folder / CURRENT, folder / ROTATED
    current.write_bytes("".join(parts[False]).encode("ascii"))
    with rotated.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        packed.write("".join(parts[True]).encode("ascii"))
    return current, rotated


def _line(request: ReaderRequest, zone: timezone) -> str:
    local = datetime.fromtimestamp(request.time, UTC).astimezone(zone)
    # strftime("%b") would follow the machine's language
    stamp = f"{local:%d}/{_MONTHS[local.month - 1]}/{local:%Y:%H:%M:%S %z}"
    sent = "-" if request.sent is None else request.sent
    return (
        f'{request.address} - - [{stamp}] "{request.method} {request.target} HTTP/1.1" '
        f'{request.status} {sent} "-" "{request.agent}"\n'
    )
