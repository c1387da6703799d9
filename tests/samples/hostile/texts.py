"""Texts that drive a careless pattern round and round, and messages inside messages."""

# ruff: noqa: PLW0108 - megabytes are put together when they are asked for, not when this is imported
from __future__ import annotations

from collections.abc import Callable

from tests.samples.hostile.sample import PLANTED, HostileSample

_LONG = 200_000
_RUNS = (
    " ", "\t", "\n", "9", "9-", "9.", "9,", "-", "=", "_", ".", "a", "a@", "a.", "@", "A.B.", '"', "'", "|", ",", ";",
    "<", "<!--", "</", "&", "&#", "(", "[", "{", "\\", "%", "=?", "=?x?q?", "*", "`", "~", "#", ": ", "a:", "\r",
    "\u3000",     "\u00a0", "\u0661", "\u202e", "\ufeff", "e\u0301", "data:", "url(", "/*", "http://", "1990-", "+1 ",
)  # fmt: skip
_FEW = frozenset({" ", "9", "-", "a@", "<", "&", "=?x?q?", "/*", "url("})
"""The rest of the runs is opened by ``make faults-hostile`` only."""
_FRAMES: dict[str, tuple[str, str]] = {
    "txt": ("", ""),
    "csv": ("Name,Number\n", ",1\n"),
    "md": ("# Title\n\n", ""),
    "html": ("<html><body><p style='color:red'>", "</p></body></html>"),
    "eml": ("From: a@example.org\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n", "\r\n"),
    "rtf": (r"{\rtf1 ", "}"),
    "ics": ("BEGIN:VCALENDAR\r\nSUMMARY:", "\r\nEND:VCALENDAR\r\n"),
}


def _run(extension: str, run: str) -> Callable[[], bytes]:
    before, after = _FRAMES[extension]
    filling = run * (_LONG // len(run))
    return lambda: f"{before}{filling} x {PLANTED}{after}".encode()


def _header_run(run: str) -> Callable[[], bytes]:
    filling = run * (_LONG // len(run))
    return lambda: (
        f"From: a@example.org\r\nSubject: {filling} x\r\nTo: {filling}\r\n\r\n{PLANTED}\r\n".encode()
    )


def _style_run(run: str) -> Callable[[], bytes]:
    filling = run * (_LONG // len(run))
    return lambda: f"<html><style>p {{ color: {filling} }} {filling}</style><p>{PLANTED}</p></html>".encode()


def _mails_in_mails() -> bytes:
    content = f"Subject: bottom\r\n\r\n{PLANTED}\r\n"
    for level in range(200):
        content = f"Subject: {level}\r\nContent-Type: message/rfc822\r\n\r\n{content}"
    return content.encode()


def _parts_in_parts() -> bytes:
    depth = 2_000
    opening = "".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n' for level in range(depth)
    )
    closing = "".join(f"\r\n--b{level}--\r\n" for level in reversed(range(depth)))
    return f"Subject: deep\r\n{opening}Content-Type: text/plain\r\n\r\n{PLANTED}{closing}".encode()


def _many_parts() -> bytes:
    part = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return (
        f'Subject: many\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n{part * 5_000}'
        f"--b\r\n\r\n{PLANTED}\r\n--b--\r\n"
    ).encode()


def _many_headers() -> bytes:
    return ("".join(f"X-{n}: y\r\n" for n in range(50_000)) + f"Subject: {PLANTED}\r\n\r\nx\r\n").encode()


def _many_messages() -> bytes:
    return (
        b"From a@example.org Mon Jan  1 00:00:00 2024\nSubject: x\n\ny\n\n" * 5_000
        + (f"From a@example.org Mon Jan  1 00:00:00 2024\nSubject: {PLANTED}\n\nz\n").encode()
    )


def _no_line_ends() -> bytes:
    return b"Name,Number\n" + b"a," * 2_000_000 + PLANTED.encode()


def _open_quotation() -> bytes:
    return b'Name,Number\n"' + b"a,b\n" * 200_000 + PLANTED.encode()


def _binary_run_of_rtf() -> bytes:
    return rb"{\rtf1 before {\bin2147483647 " + PLANTED.encode() + b"}}"


SAMPLES = (
    *(
        HostileSample(
            f"a run of {run.encode('unicode_escape').decode()}",
            extension,
            _run(extension, run),
            bulk=run not in _FEW,
        )
        for extension in _FRAMES
        for run in _RUNS
    ),
    *(
        HostileSample(
            f"headers of {run.encode('unicode_escape').decode()}",
            "eml",
            _header_run(run),
            bulk=run not in _FEW,
        )
        for run in _RUNS
        if run not in "\r\n"
    ),
    *(
        HostileSample(
            f"a style of {run.encode('unicode_escape').decode()}",
            "html",
            _style_run(run),
            bulk=run not in _FEW,
        )
        for run in _RUNS
    ),
    HostileSample("messages two hundred deep", "eml", _mails_in_mails),
    HostileSample("parts two thousand deep", "eml", _parts_in_parts),
    HostileSample("five thousand parts", "eml", _many_parts),
    HostileSample("fifty thousand headers", "eml", _many_headers),
    HostileSample("five thousand messages", "mbox", _many_messages),
    HostileSample("a row of two million cells", "csv", _no_line_ends),
    HostileSample("a quotation that nobody closes", "csv", _open_quotation),
    HostileSample("a binary run that lies", "rtf", _binary_run_of_rtf),
)
