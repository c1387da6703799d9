"""Keeps an acting system's copy of its hold list: verifies, applies, acknowledges. Standard library only.

A list is an aid: it lets a system withhold people from a queue before anyone asks, and work offline in the safe
direction. Being on it means hold. Not being on it means nothing: only an answer of the gate authorises an action.

A document that is damaged, forged, out of order or of another system is refused with an error and the copy stays as
it was. Then fetch the full list; when that is refused too, treat everyone as held and call the ledger's office.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from amends.vocabulary.errors import RefusalError
from amends.vocabulary.hold_list import (
    DELTA,
    FORMAT,
    FULL,
    ListKeys,
    header_mac,
    is_entry,
    list_digest,
    list_entry,
    webhook_signature,
)

MOST_ENTRIES_A_REPORT: Final = 50_000
"""Entries in one part of a report of what is held."""
WEBHOOK_TOLERANCE_SECONDS: Final = 300
_HINT: Final = "keep the list that you have, fetch the full list, and hold everyone until it verifies"


@dataclass(frozen=True, slots=True)
class HeldList:
    """A verified copy of the list at one sequence number."""

    system: str
    sequence: int
    digest: str
    """SHA-256 of the sorted entries."""
    entries: frozenset[str] = field(repr=False)
    incomplete: int
    """Held identifiers that the ledger could not put on the list; above zero, absence says even less."""

    def names(self, identifier: str, keys: ListKeys) -> bool:
        """Whether the identifier, in any writing, is on the list. ``False`` authorises nothing: ask the gate."""
        return list_entry(identifier, keys) in self.entries


def updated(held: HeldList | None, data: bytes, keys: ListKeys, *, system: str) -> HeldList:
    """Return the list after the documents in ``data``, which is what ``GET /v1/list`` answered.

    Raises `RefusalError` ``list-damaged``, ``list-forged``, ``list-of-another-system``, ``list-out-of-order``,
    ``list-older`` or ``list-chain-broken``; nothing of ``data`` is then applied.
    """
    entries = set(held.entries) if held else set()
    at = held
    for header, lines in _documents(data):
        _check_signed(header, lines, keys, system)
        if header["kind"] == FULL:
            entries = _full(at, header, lines)
        elif header["kind"] == DELTA:
            _apply_delta(at, entries, header, lines)
        else:
            raise RefusalError("list-damaged", "a document is neither a full list nor a delta", hint=_HINT)
        at = HeldList(system, header["sequence"], header["digest"], frozenset(), header["incomplete"])
    if at is None:
        raise RefusalError("list-damaged", "there is no document", hint=_HINT)
    # Each step is signed and names the digest before it, so that one comparison at the end covers all.
    if at is not held and list_digest(entries) != at.digest:
        raise RefusalError(
            "list-chain-broken", "the list after the changes is not the one that was signed", hint=_HINT
        )
    return HeldList(system, at.sequence, at.digest, frozenset(entries), at.incomplete)


def acknowledgement(held: HeldList) -> dict[str, Any]:
    """Return the body of ``POST /v1/acknowledge``: this list is in force here."""
    return {"sequence": held.sequence, "digest": held.digest}


def heartbeat(held: HeldList) -> dict[str, Any]:
    """Return the body of ``POST /v1/heartbeat``, from what is held now and not from what was once received."""
    return {
        "sequence": held.sequence,
        "holding_digest": list_digest(held.entries),
        "holding_count": len(held.entries),
    }


def holding_reports(held: HeldList, *, report: str) -> Iterator[dict[str, Any]]:
    """Yield the bodies of ``POST /v1/holding``; ``report`` names this report and is new each time."""
    entries = sorted(held.entries)
    parts = max(1, -(-len(entries) // MOST_ENTRIES_A_REPORT))
    for part in range(parts):
        piece = entries[part * MOST_ENTRIES_A_REPORT : (part + 1) * MOST_ENTRIES_A_REPORT]
        yield {
            "report": report,
            "sequence": held.sequence,
            "part": part + 1,
            "parts": parts,
            "entries": piece,
        }


def announced_sequence(headers: Mapping[str, str], body: bytes, keys: ListKeys, *, now: float) -> int:
    """Return the sequence number that a webhook announces. ``now`` is in seconds since 1970.

    Raises `RefusalError` ``webhook-forged`` for a signature that is not the ledger's, and ``webhook-stale`` for one
    that is more than five minutes off. A repeated event is no error: fetch the list, or see that you have it.
    """
    given = {name.lower(): value for name, value in headers.items()}
    event_id, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal()):
        raise RefusalError("webhook-forged", "the webhook has no time", hint=_HINT)
    expected = webhook_signature(event_id, int(stamp), body, keys.webhook_key)
    signatures = given.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(expected.encode(), found.encode()) for found in signatures):
        raise RefusalError("webhook-forged", "the webhook is not signed by the ledger", hint=_HINT)
    if abs(now - int(stamp)) > WEBHOOK_TOLERANCE_SECONDS:
        raise RefusalError(
            "webhook-stale", "the webhook was signed more than five minutes ago, or ahead of time", hint=_HINT
        )
    return int(json.loads(body)["sequence"])


def _documents(data: bytes) -> Iterator[tuple[dict[str, Any], list[str]]]:
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise RefusalError("list-damaged", "the document is no text", hint=_HINT) from None
    if lines.pop() != "":
        raise RefusalError("list-damaged", "the document ends in the middle of a line", hint=_HINT)
    place = 0
    while place < len(lines):
        header = _header(lines[place])
        body = lines[place + 1 : place + 1 + header["lines"]]
        if len(body) != header["lines"]:
            raise RefusalError("list-damaged", "the document is cut short", hint=_HINT)
        yield header, body
        place += 1 + len(body)


_KINDS_OF_VALUES: Final = {
    "format": str,
    "kind": str,
    "system": str,
    "sequence": int,
    "digest": str,
    "entries": int,
    "incomplete": int,
    "lines": int,
    "body_sha256": str,
    "key_id": str,
    "mac": str,
}


def _header(line: str) -> dict[str, Any]:
    try:
        header = json.loads(line)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or any(
        type(header.get(name)) is not kind for name, kind in _KINDS_OF_VALUES.items()
    ):
        raise RefusalError("list-damaged", "a document has no header", hint=_HINT)
    if header["lines"] < 0:
        raise RefusalError("list-damaged", "a header counts fewer than no lines", hint=_HINT)
    return header


def _check_signed(header: dict[str, Any], lines: list[str], keys: ListKeys, system: str) -> None:
    if header["key_id"] != keys.key_id:
        raise RefusalError(
            "list-forged", f"the list is signed with key {header['key_id'][:8]!a}, not ours", hint=_HINT
        )
    if not hmac.compare_digest(header_mac(header, keys.signing_key).encode(), header["mac"].encode()):
        raise RefusalError("list-forged", "the signature of the list does not verify", hint=_HINT)
    body = "".join(f"{line}\n" for line in lines).encode("ascii")
    if hashlib.sha256(body).hexdigest() != header["body_sha256"]:
        raise RefusalError("list-forged", "the lines of the list are not those that were signed", hint=_HINT)
    if header["format"] != FORMAT or header["system"] != system:
        raise RefusalError(
            "list-of-another-system", "the list is for another system, or in another format", hint=_HINT
        )


def _full(at: HeldList | None, header: dict[str, Any], lines: list[str]) -> set[str]:
    if at is not None and header["sequence"] < at.sequence:
        raise RefusalError("list-older", "the full list is older than the one that is held", hint=_HINT)
    if at is not None and header["sequence"] == at.sequence and header["digest"] != at.digest:
        raise RefusalError("list-chain-broken", "two different lists have one sequence number", hint=_HINT)
    if not all(map(is_entry, lines)) or len(lines) != header["entries"]:
        raise RefusalError(
            "list-damaged", "the list does not have the entries that its header counts", hint=_HINT
        )
    return set(lines)


def _apply_delta(at: HeldList | None, entries: set[str], header: dict[str, Any], lines: list[str]) -> None:
    if at is None or header["sequence"] != at.sequence + 1:
        raise RefusalError(
            "list-out-of-order", "the delta does not follow the list that is held: one is lost", hint=_HINT
        )
    if header.get("previous_digest") != at.digest:
        raise RefusalError(
            "list-chain-broken", "the delta changes another list than the one that is held", hint=_HINT
        )
    added = {line[1:] for line in lines if line[:1] == "+"}
    removed = {line[1:] for line in lines if line[:1] == "-"}
    if len(added) + len(removed) != len(lines) or not all(map(is_entry, added | removed)):
        raise RefusalError(
            "list-damaged", "a line of the delta neither adds nor removes an entry", hint=_HINT
        )
    if added & entries or removed - entries:
        raise RefusalError(
            "list-chain-broken", "the delta adds what is held or removes what is not", hint=_HINT
        )
    entries -= removed
    entries |= added
