"""Findings that somebody has answered for: which kind, in which file, until when, by whom and why.

An allowance silences a finding and nothing else: what could not be opened or judged stays incomplete, whatever the
list says. Entries end by themselves; one that has expired, or that nobody owns, stops the run until it is mended.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from amends.scan.path_patterns import path_matches
from amends.scan.screening import Finding
from amends.vocabulary.errors import UsageError

_NEEDED: Final = ("kind", "path", "owner", "reason", "expires")
_OPTIONAL: Final = ("sha256",)
_KIND: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_SHORTEST_REASON: Final = 10
_ENTRY: Final = re.compile(r"\s*\[\[\s*(?:screen\s*\.\s*)?allow\s*\]\]")


@dataclass(frozen=True, slots=True)
class Allowance:
    """One kind of finding that may stand in some files until a day."""

    kind: str
    path: str
    """Pattern of the file's path as it is given or found, with ``/``: ``reports/*.xlsx``, ``**/contact.csv``."""
    owner: str
    """Who answers for it."""
    reason: str
    expires: date
    """The last day on which it holds."""
    sha256: str = ""
    """Of the one file that it holds for; empty for whatever content."""
    place: str = ""
    """File and line where it stands."""

    def covers(self, finding: Finding, path: str, sha256: str) -> bool:
        """Say whether the finding in the file of this path and content is answered for."""
        if finding.kind != self.kind or (self.sha256 and self.sha256 != sha256):
            return False
        return path_matches(path, self.path)


def first_covering(
    allowances: Sequence[Allowance], finding: Finding, path: str, sha256: str
) -> Allowance | None:
    """Return the first allowance that covers a finding, or None."""
    return next((entry for entry in allowances if entry.covers(finding, path, sha256)), None)


def load_allowances(file: Path, *, today: date) -> tuple[Allowance, ...]:
    """Return the entries ``[[allow]]`` of a list. Raises what `allowances_from` raises, and ``allow-unreadable``."""
    try:
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            "allow-unreadable",
            "the allow-list cannot be read",
            hint="give the path of a TOML file in UTF-8 that this user may read",
            where=str(file),
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise _invalid(file.name, f"it is no TOML: {error}") from None
    if set(content) - {"allow"}:
        raise _invalid(file.name, "it holds something beside [[allow]]")
    return allowances_from(content.get("allow", []), text, file.name, today=today)


def allowances_from(entries: Any, text: str, file: str, *, today: date) -> tuple[Allowance, ...]:
    """Return the entries of a parsed list; ``text`` is the whole file, in which their lines are looked up.

    Raises `UsageError` ``allow-invalid`` for an entry that lacks an owner, a reason, an expiry or anything else, and
    ``allow-expired``; both name the line.
    """
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _invalid(file, "allow is a list of tables: write [[allow]] above each")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _ENTRY.match(line)]
    lines += [0] * (len(entries) - len(lines))
    return tuple(
        _allowance(entry, f"{file}, line {line}" if line else f"{file}, entry {number}", today)
        for number, (entry, line) in enumerate(zip(entries, lines, strict=False), 1)
    )


def _allowance(entry: dict[str, Any], where: str, today: date) -> Allowance:
    missing = [name for name in _NEEDED if entry.get(name) in (None, "")]
    if missing:
        raise _invalid(where, f"an entry has no {', '.join(missing)}")
    if unknown := sorted(set(entry) - {*_NEEDED, *_OPTIONAL}):
        raise _invalid(where, f"an entry says what nobody reads: {', '.join(unknown)}")
    texts: dict[str, Any] = {name: entry[name] for name in (*_NEEDED[:4], *_OPTIONAL) if name in entry}
    if not all(isinstance(value, str) and value.strip() for value in texts.values()):
        raise _invalid(where, "kind, path, owner, reason and sha256 are texts")
    _check_texts(texts, where)
    expires = entry["expires"]
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise _invalid(where, "expires is a day without quotation marks, such as 2027-03-31")
    if expires < today:
        raise UsageError(
            "allow-expired",
            f"an allowance ended on {expires.isoformat()}",
            hint="remove the entry, or let its owner look at the file again and give a new day",
            where=where,
        )
    return Allowance(**texts, expires=expires, place=where)


def _check_texts(texts: dict[str, str], where: str) -> None:
    if not _KIND.fullmatch(texts["kind"]):
        raise _invalid(where, "kind is one kind of finding in kebab-case; there is none that stands for all")
    if "sha256" in texts and not _HASH.fullmatch(texts["sha256"]):
        raise _invalid(where, "sha256 is 64 digits of lower-case hexadecimal")
    if len(texts["reason"].strip()) < _SHORTEST_REASON:
        raise _invalid(where, "the reason says nothing; say in a sentence why these data may stand there")


def unused(allowances: Iterable[Allowance], used: Iterable[Allowance]) -> list[Allowance]:
    """Return the entries that covered nothing in a run: they may be wrong, or no longer needed."""
    served = set(used)
    return [entry for entry in allowances if entry not in served]


def _invalid(where: str, what: str) -> UsageError:
    return UsageError(
        "allow-invalid",
        f"the allow-list cannot be used: {what}",
        hint="each entry has kind, path, owner, reason and expires, and may have sha256",
        where=where,
    )
