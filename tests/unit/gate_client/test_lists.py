"""An acting system's copy is the list that the ledger signed, or it stays as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.gate_client.lists import (
    HeldList,
    acknowledgement,
    announced_sequence,
    heartbeat,
    holding_reports,
    updated,
)
from amends.vocabulary.errors import RefusalError
from amends.vocabulary.hold_list import (
    ListKeys,
    delta_body,
    document,
    full_body,
    header_mac,
    list_digest,
    list_entry,
    webhook_signature,
)

KEYS = ListKeys.derived("0a1b2c3d", bytes(32))
FOREIGN = ListKeys.derived("0a1b2c3d", b"\x01" * 32)
SYSTEM = "removals"
POOL = [list_entry(f"A{number:09d}", KEYS) for number in range(100_000_001, 100_000_031)]


def header(sequence: int, entries: frozenset[str], **more: Any) -> dict[str, Any]:
    return {
        "system": SYSTEM,
        "sequence": sequence,
        "entries": len(entries),
        "incomplete": 0,
        "digest": list_digest(entries),
        **more,
    }


def full(sequence: int, entries: frozenset[str], keys: ListKeys = KEYS, **more: Any) -> bytes:
    return document(header(sequence, entries, kind="full", **more), full_body(entries), keys)


def delta(sequence: int, before: frozenset[str], after: frozenset[str], keys: ListKeys = KEYS) -> bytes:
    about = header(sequence, after, kind="delta", previous_digest=list_digest(before))
    return document(about, delta_body(after - before, before - after), keys)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RefusalError) as error:
        act()
    return error.value.code


SETS = st.lists(st.frozensets(st.sampled_from(POOL)), min_size=1, max_size=8)


@given(SETS)
def test_any_sequence_of_deltas_gives_the_full_list(states: list[frozenset[str]]):
    held = updated(None, full(1, states[0]), KEYS, system=SYSTEM)
    steps = list(enumerate(zip(states, states[1:], strict=False), start=2))
    for sequence, (before, after) in steps:
        held = updated(held, delta(sequence, before, after), KEYS, system=SYSTEM)
        assert held.entries == after
    assert held == updated(None, full(len(states), states[-1]), KEYS, system=SYSTEM)
    at_once = b"".join(delta(sequence, before, after) for sequence, (before, after) in steps)
    if at_once:
        first = updated(None, full(1, states[0]), KEYS, system=SYSTEM)
        assert updated(first, at_once, KEYS, system=SYSTEM) == held


@given(SETS.filter(lambda states: len(states) >= 3), st.data())
def test_a_lost_or_reordered_delta_is_refused(states: list[frozenset[str]], data: st.DataObject):
    deltas = [
        delta(sequence, before, after)
        for sequence, (before, after) in enumerate(zip(states, states[1:], strict=False), start=2)
    ]
    held = updated(None, full(1, states[0]), KEYS, system=SYSTEM)
    place = data.draw(st.integers(0, len(deltas) - 2))
    lost = b"".join(deltas[:place] + deltas[place + 1 :])
    assert refused(lambda: updated(held, lost, KEYS, system=SYSTEM)) == "list-out-of-order"
    swapped = [*deltas]
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    assert refused(lambda: updated(held, b"".join(swapped), KEYS, system=SYSTEM)) == "list-out-of-order"
    twice = b"".join([*deltas[: place + 1], deltas[place]])
    assert refused(lambda: updated(held, twice, KEYS, system=SYSTEM)) == "list-out-of-order"


@given(st.data())
def test_no_changed_byte_is_accepted(data: st.DataObject):
    """Whatever is changed, cut or added on the way, the copy is not what was sent, and so it is refused."""
    before, after = frozenset(POOL[:5]), frozenset(POOL[3:9])
    held = updated(None, full(1, before), KEYS, system=SYSTEM)
    sent = data.draw(st.sampled_from([full(2, after), delta(2, before, after)]))
    place = data.draw(st.integers(0, len(sent) - 1))
    how = data.draw(st.sampled_from(["change", "cut", "insert"]))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != sent[place]))
    middle = {"change": bytes([byte]), "cut": b"", "insert": bytes([byte, sent[place]])}[how]
    changed = sent[:place] + middle + sent[place + 1 :]
    try:
        result = updated(held, changed, KEYS, system=SYSTEM)
    except RefusalError:
        return
    # A blank inside the JSON changes nothing that it says; no other change may pass.
    assert (result.sequence, result.entries) == (2, after)
    assert how == "insert" and bytes([byte]).isspace()


@pytest.mark.parametrize("kind", ["full", "delta"])
def test_a_document_that_somebody_else_signed_is_refused(kind: str):
    before, after = frozenset(POOL[:2]), frozenset(POOL[:3])
    held = updated(None, full(1, before), KEYS, system=SYSTEM)
    forged = full(2, after, FOREIGN) if kind == "full" else delta(2, before, after, FOREIGN)
    assert refused(lambda: updated(held, forged, KEYS, system=SYSTEM)) == "list-forged"


def test_a_signed_header_with_other_lines_is_refused():
    head, _, body = full(1, frozenset(POOL[:3])).partition(b"\n")
    other = full_body(POOL[3:6])
    assert len(other) == len(body)
    assert refused(lambda: updated(None, head + b"\n" + other, KEYS, system=SYSTEM)) == "list-forged"


def test_the_list_of_another_system_is_refused_even_under_the_same_key():
    assert (
        refused(lambda: updated(None, full(1, frozenset()), KEYS, system="other")) == "list-of-another-system"
    )


def test_an_older_list_and_a_second_list_of_one_number_are_refused():
    held = updated(None, full(5, frozenset(POOL[:2])), KEYS, system=SYSTEM)
    assert refused(lambda: updated(held, full(4, frozenset()), KEYS, system=SYSTEM)) == "list-older"
    assert refused(lambda: updated(held, full(5, frozenset()), KEYS, system=SYSTEM)) == "list-chain-broken"
    assert updated(held, full(5, frozenset(POOL[:2])), KEYS, system=SYSTEM) == held


def test_a_delta_without_a_list_and_a_delta_to_another_list_are_refused():
    before, other, after = frozenset(POOL[:2]), frozenset(POOL[1:3]), frozenset(POOL[:3])
    assert refused(lambda: updated(None, delta(1, before, after), KEYS, system=SYSTEM)) == "list-out-of-order"
    held = updated(None, full(1, other), KEYS, system=SYSTEM)
    assert refused(lambda: updated(held, delta(2, before, after), KEYS, system=SYSTEM)) == "list-chain-broken"


def test_a_delta_that_is_signed_and_wrong_is_refused():
    """A mistake of the ledger is no better than a forgery."""
    before, after = frozenset(POOL[:2]), frozenset(POOL[:3])
    held = updated(None, full(1, before), KEYS, system=SYSTEM)
    about = header(2, after, kind="delta", previous_digest=list_digest(before))
    adds_too_little = document(about, b"", KEYS)
    assert refused(lambda: updated(held, adds_too_little, KEYS, system=SYSTEM)) == "list-chain-broken"
    removes_nobody = document(about, delta_body((), POOL[9:10]), KEYS)
    assert refused(lambda: updated(held, removes_nobody, KEYS, system=SYSTEM)) == "list-chain-broken"


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_rubbish_is_refused_and_nothing_else_happens(data: bytes):
    assert refused(lambda: updated(None, data, KEYS, system=SYSTEM)) == "list-damaged"


@pytest.mark.parametrize("value", [True, -1, 1.5, "1", None, [1]])
def test_a_header_with_a_value_of_another_kind_is_refused(value: object):
    made = json.loads(full(1, frozenset()).splitlines()[0])
    made["lines"] = value
    made["mac"] = header_mac(made, KEYS.signing_key)
    line = json.dumps(made).encode() + b"\n"
    assert refused(lambda: updated(None, line, KEYS, system=SYSTEM)) == "list-damaged"


def test_a_person_is_found_in_any_writing_and_the_copy_does_not_show_its_entries():
    held = HeldList(SYSTEM, 1, "", frozenset(POOL), 0)
    assert held.names("A100-000-001", KEYS)
    assert not held.names("A100-000-099", KEYS)
    assert not held.names("", KEYS)
    assert POOL[0] not in repr(held)


def test_what_is_acknowledged_is_what_was_verified_and_a_heartbeat_is_what_is_held():
    held = updated(None, full(3, frozenset(POOL[:4])), KEYS, system=SYSTEM)
    assert acknowledgement(held) == {"sequence": 3, "digest": list_digest(POOL[:4])}
    lost_one = HeldList(SYSTEM, 3, held.digest, held.entries - {POOL[0]}, 0)
    assert heartbeat(lost_one)["holding_count"] == 3
    assert heartbeat(lost_one)["holding_digest"] != held.digest


@pytest.mark.parametrize(("count", "parts"), [(0, 1), (50_000, 1), (50_001, 2)])
def test_a_report_comes_in_parts_that_make_the_whole(count: int, parts: int):
    held = HeldList(SYSTEM, 1, "", frozenset(f"{number:032x}" for number in range(count)), 0)
    reports = list(holding_reports(held, report="r1"))
    assert [(one["part"], one["parts"]) for one in reports] == [(n, parts) for n in range(1, parts + 1)]
    assert {entry for one in reports for entry in one["entries"]} == held.entries


def webhook(keys: ListKeys = KEYS, *, at: int = 1_000_000, body: bytes = b'{"sequence":7}') -> dict[str, str]:
    signature = webhook_signature("e1", at, body, keys.webhook_key)
    return {"Webhook-Id": "e1", "webhook-timestamp": str(at), "webhook-signature": f"v1,old {signature}"}


def test_a_webhook_says_which_list_there_is():
    assert announced_sequence(webhook(), b'{"sequence":7}', KEYS, now=1_000_100) == 7


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        (webhook(FOREIGN), b'{"sequence":7}', "webhook-forged"),
        (webhook(), b'{"sequence":8}', "webhook-forged"),
        ({**webhook(), "Webhook-Id": "e2"}, b'{"sequence":7}', "webhook-forged"),
        ({**webhook(), "webhook-timestamp": "1000001"}, b'{"sequence":7}', "webhook-forged"),
        ({**webhook(), "webhook-timestamp": "soon"}, b'{"sequence":7}', "webhook-forged"),
        ({}, b'{"sequence":7}', "webhook-forged"),
        (webhook(at=999_000), b'{"sequence":7}', "webhook-stale"),
        (webhook(at=1_001_000), b'{"sequence":7}', "webhook-stale"),
    ],
)
def test_a_webhook_that_is_forged_or_stale_is_refused(headers: dict[str, str], body: bytes, code: str):
    assert refused(lambda: announced_sequence(headers, body, KEYS, now=1_000_000)) == code
