"""The common and combined formats of Apache and nginx, with what real servers add to them.

    192.0.2.7 - jo doe [28/Nov/2022:09:45:10 -0500] "GET /list.xlsx HTTP/1.1" 200 48213 "-" "Agent" "-"
    address ident user  time                        request                    status size referrer agent more

Also read: a virtual host in front (``other_vhosts_access.log``), IPv6 and host names, users with spaces,
``-`` as size, quotes written ``\\"`` or ``\\x22``, requests that are not HTTP (kept, with an empty method),
no referrer and agent (common), and fields after the agent, the first of which nginx's own ``main``
format uses for ``X-Forwarded-For``. A line cut off after its size still says everything that matters
and is read; a line cut off before it is unreadable.

Not read: formats that put a list of addresses first, because the client's address would be a guess.

Source: Apache HTTP Server 2.4, mod_log_config; nginx, ngx_http_log_module.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

from amends.exposure.assessment import AccessEvent
from amends.exposure.logs.interface import LineReader, Survey, Unreadable, is_blank, survey_line_by_line

_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")

# Both speeds are made of the same pieces, so that they cannot disagree on what a line is.
_CLIENT = rb"(?:[\w.-]+:\d{1,5} )?[^\s,\"\[]+"
_TIME = (
    rb"(?:0[1-9]|[12]\d|3[01])/(?:" + b"|".join(_MONTHS) + rb")/(?:19[7-9]\d|20\d\d|21\d\d)"
    rb":(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d [+-](?:0\d|1[0-4])[0-5]\d"
)
_QUOTED = rb"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+"

_EVENT = re.compile(
    rb"(" + _CLIENT + rb") \S+ .*?\[(" + _TIME + rb")\] "
    rb"\"(" + _QUOTED + rb")\" (\d{3}) (\d{1,18}|-)(?: (.*))?"
)
_WHOLE_LINES = re.compile(
    rb"^" + _CLIENT + rb" \S+ .*?\[(" + _TIME + rb")\] "
    rb"\"" + _QUOTED + rb"\" \d{3} (?:\d{1,18}|-)(?:\r?\n| [^\n]*\n)",
    re.MULTILINE,
)
_TRAILING_FIELD = re.compile(rb"\"(" + _QUOTED + rb")(?:\"|$)|(\S+)")
_METHOD = re.compile(r"[A-Za-z][A-Za-z_-]*")
_PROTOCOL = re.compile(r"HTTP/\d(?:\.\d)?")
_PRINTABLE_ESCAPE = re.compile(r"\\(?:x22|(\"|\\))")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

_TIME_LENGTH = 26
_MONTH_OF_LETTERS = {int.from_bytes(name, "big"): number for number, name in enumerate(_MONTHS)}


class _CombinedReader:
    """Lines of one combined or common log; keeps no state."""

    def event(self, line: bytes, *, file: str, offset: int) -> AccessEvent | Unreadable:
        """Read one line; every field that follows the size is optional."""
        found = _EVENT.fullmatch(line.removesuffix(b"\r"))
        if found is None:
            return Unreadable("not a line of the combined or common format, or cut off")
        client, stamp, request, status, size, rest = found.groups()
        time = _utc(stamp)
        if time is None:
            return Unreadable("a date that does not exist")
        referrer, agent, forwarded_for = _trailing_fields(rest or b"")
        method, target = _method_and_target(_text(request))
        return AccessEvent(
            time=time,
            address=_text(client.rpartition(b" ")[2]),
            method=method,
            target=target,
            status=int(status),
            bytes_sent=None if size == b"-" else int(size),
            agent=agent,
            referrer=referrer,
            file=file,
            offset=offset,
            forwarded_for=forwarded_for,
        )

    def survey(self, buffer: bytes) -> Survey:
        """Take all times in one pass; a buffer with anything odd in it is read line by line instead."""
        stamps = _WHOLE_LINES.findall(buffer)
        if len(stamps) == buffer.count(b"\n"):
            seconds = _seconds(stamps)
            if seconds is not None:
                return Survey(seconds, ())
        return survey_line_by_line(self, buffer)


class CombinedFormat:
    """Apache and nginx, combined and common."""

    name = "combined"

    def reader(self, head: Sequence[bytes]) -> LineReader | None:
        """Accept a file if at least half of its first lines are of this format."""
        reader = _CombinedReader()
        lines = [line for line in head if not is_blank(line)]
        read = sum(isinstance(reader.event(line, file="", offset=0), AccessEvent) for line in lines)
        return reader if lines and 2 * read >= len(lines) else None


def _utc(stamp: bytes) -> datetime | None:
    """``28/Nov/2022:09:45:10 -0500`` in UTC, or None for the 31st of February."""
    offset = timedelta(hours=int(stamp[22:24]), minutes=int(stamp[24:26]))
    zone = timezone(-offset if stamp[21:22] == b"-" else offset)
    year, month, day = int(stamp[7:11]), _MONTHS.index(stamp[3:6]) + 1, int(stamp[:2])
    hour, minute, second = int(stamp[12:14]), int(stamp[15:17]), int(stamp[18:20])
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
    return local.astimezone(UTC)


def _seconds(stamps: Sequence[bytes]) -> NDArray[np.int64] | None:
    """Seconds since 1970 UTC for stamps of the right shape, or None if a date does not exist."""
    if not stamps:
        return np.empty(0, dtype=np.int64)
    letters = np.frombuffer(b"".join(stamps), dtype=np.uint8).reshape(-1, _TIME_LENGTH).astype(np.int64)
    pairs = letters[:, :-1] * 10 + letters[:, 1:] - 11 * ord("0")
    code = letters[:, 3] << 16 | letters[:, 4] << 8 | letters[:, 5]
    codes, where = np.unique(code, return_inverse=True)
    month = np.array([_MONTH_OF_LETTERS[int(each)] for each in codes], dtype=np.int64)[where]
    months_since_1970 = (pairs[:, 7] * 100 + pairs[:, 9] - 1970) * 12 + month
    first_day = months_since_1970.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    next_first_day = (months_since_1970 + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    days = first_day + pairs[:, 0] - 1
    if (days >= next_first_day).any():
        return None
    local = days * 86_400 + pairs[:, 12] * 3_600 + pairs[:, 15] * 60 + pairs[:, 18]
    offset = pairs[:, 22] * 3_600 + pairs[:, 24] * 60
    return np.asarray(np.where(letters[:, 21] == ord("-"), local + offset, local - offset), dtype=np.int64)


def _trailing_fields(rest: bytes) -> tuple[str, str, str]:
    """Referrer, agent and the field after them, ``-`` and absence both as the empty string."""
    fields = [_unescaped(_text(quoted or bare)) for quoted, bare in _TRAILING_FIELD.findall(rest)[:3]]
    referrer, agent, more = ["" if each == "-" else each for each in (*fields, "", "", "")][:3]
    return referrer, agent, more


def _method_and_target(request: str) -> tuple[str, str]:
    """Split a request line; what is not an HTTP request keeps its text as target, with no method."""
    method, _, rest = request.partition(" ")
    if _METHOD.fullmatch(method) is None or not rest.strip():
        return "", "" if request == "-" else request
    target, _, protocol = rest.rpartition(" ")
    if _PROTOCOL.fullmatch(protocol) is None or not target:
        target = rest
    return method.upper(), target.strip()


def _text(untrusted: bytes) -> str:
    """Text of a field; bytes that are not UTF-8 and control characters in the servers' own ``\\xHH``.

    Logs are written by strangers: a raw escape sequence would act on the terminal that shows it.
    """
    decoded = untrusted.decode("utf-8", errors="backslashreplace")
    return _CONTROL.sub(lambda control: f"\\x{ord(control[0]):02x}", decoded)


def _unescaped(text: str) -> str:
    """Undo the escapes of quotes and backslashes; those of control characters stay as they are."""
    return _PRINTABLE_ESCAPE.sub(lambda escape: escape[1] or '"', text)


PLUGIN = CombinedFormat()
