"""Messages, mailboxes, calendars and address books with something that programs do not show."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.samples.hiding.sample import PLANTED, HidingSample

_HEAD = "From: Ana Example <ana@example.org>\nTo: Bo <bo@example.org>\nSubject: Lunch\nMIME-Version: 1.0\n"
_ENCODED = base64.b64encode(PLANTED.encode()).decode()


def _sample(hidden: str, extension: str, with_it: str, without: str, where: str = "") -> HidingSample:
    def write(path: Path, plant: bool) -> None:
        path.write_bytes((with_it if plant else without).encode())

    return HidingSample(hidden, extension, write, where=where)


def _parts(kind: str, *parts: str) -> str:
    body = "".join(f"--frontier\n{part}\n" for part in parts)
    return f'{_HEAD}Content-Type: multipart/{kind}; boundary="frontier"\n\n{body}--frontier--\n'


def _plain(text: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"


def _html(text: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n<html><body><p>{text}</p></body></html>\n"


def _attached(text: str) -> str:
    return (
        'Content-Type: application/octet-stream; name="note.txt"\n'
        'Content-Disposition: attachment; filename="note.txt"\n'
        f"Content-Transfer-Encoding: base64\n\n{text}\n"
    )


def _event(line: str) -> str:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Lunch\r\n"
        + line
        + "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def _card(line: str) -> str:
    return "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Example\r\n" + line + "END:VCARD\r\n"


_SEEN = _HEAD + "\n" + PLANTED + "\n"
_BOX = "From ana@example.org Mon Jan  1 00:00:00 2024\n"
SAMPLES = (
    _sample("mail-header", "eml", f"Received: from {PLANTED}\n{_HEAD}\nHello\n", _SEEN, "Received"),
    _sample(
        "mail-header", "mbox", f"{_BOX}X-Note: =?utf-8?b?{_ENCODED}?=\n{_HEAD}\nHello\n", _BOX + _SEEN, "message 1"
    ),
    _sample("blind-copy", "eml", f"Bcc: {PLANTED} <z@example.org>\n{_HEAD}\nHello\n", _SEEN, "Bcc"),
    _sample("other-version-of-body", "eml", _parts("alternative", _plain(PLANTED), _html("Hello")),
            _parts("alternative", _plain("Hello"), _html(PLANTED))),
    _sample("attachment", "eml", _parts("mixed", _plain("Hello"), _attached(_ENCODED)),
            _parts("mixed", _plain(PLANTED), _plain("Hello")),
                "note.txt"),
    _sample("unshown-text", "eml", _parts("mixed", _plain("Hello")).replace("\n\n--frontier",
        f"\n\n{PLANTED}\n--frontier", 1),
            _parts("mixed",

                                   _plain(PLANTED))),
    _sample("mail-property", "emlx",
        f"{len(_HEAD) + 7}\n{_HEAD}\nHello\n<?xml version='1.0'?><plist><a>{PLANTED}</a></plist>",
            f"{len(_SEEN)}\n{_SEEN}", "properties"),
    _sample("calendar-property", "ics", _event(f"X-NOTE:{PLANTED[:9]}\r\n {PLANTED[9:]}\r\n"),
            _event(f"LOCATION:{PLANTED}\r\n"), "X-NOTE"),
    _sample("calendar-property", "vcf", _card(f"X-SPOUSE;ENCODING=QUOTED-PRINTABLE:{PLANTED.replace(' ', '=20')}\r\n"),
            _card(f"NOTE:{PLANTED}\r\n")),
)  # fmt: skip
