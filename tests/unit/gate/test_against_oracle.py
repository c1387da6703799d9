"""Micro-batches and lists say of everybody what the slow way says of each."""

from __future__ import annotations

import json
from random import Random

from amends.gate.listing import ListAnswering
from amends.gate.packed import unpack
from amends.gate.question import Kind, Question
from tests.gate_cases import ACTION, HELD, KNOWN, SmallGate, issue_key
from tests.unit.gate.slow_oracle import decided
from tests.unit.gate.test_answering import rows_of


def questions(gate: SmallGate) -> list[str]:
    """Make the small ledger manifold, and return identifiers of every sort, in every writing."""
    from amends.ledger.models import Remedy

    holds = list(Remedy.objects.filter(kind="hold").order_by("id"))
    Remedy.objects.filter(pk=holds[0].pk).update(state="lifted")
    Remedy.objects.filter(pk=holds[1].pk).update(barred_action="transfer")
    chance = Random(11)
    people = [
        *HELD,
        *KNOWN,
        "C999999999",
        "A7",
        "Z",
        "000",
        "",
        "x" * 70,
        "B70000\n0001",
        "Ｂ７００００００01",
    ]
    asked = [who if chance.random() < 0.5 else "-".join(who) for who in people * 8]
    chance.shuffle(asked)
    return asked


def test_a_micro_batch_says_what_the_slow_way_says(gate: SmallGate) -> None:
    asked = questions(gate)
    key = issue_key(actions=(ACTION, "transfer"))
    for action in (ACTION, "transfer"):
        answers = gate.ask_all(asked, action=action, key=key)
        assert [(a["answer"], a["reason"]) for a in answers] == [decided(who, action) for who in asked]
    assert len({reason for _, reason in (decided(who, ACTION) for who in asked)}) >= 4


def test_a_list_says_what_the_slow_way_says_and_its_record_can_be_told_apart_again(gate: SmallGate) -> None:
    asked = questions(gate)
    body = json.dumps({"identifiers": asked, "action": ACTION}).encode()
    question = Question(Kind.LIST, f"Bearer {gate.key}".encode(), body)
    ListAnswering(gate.desk, gate.answering).answer(question)
    assert question.sent is not None
    answer = json.loads(question.sent.body)
    expected = [decided(who, ACTION) for who in asked]
    assert [(item["answer"], item["reason"]) for item in answer["answers"]] == expected
    assert (answer["count"], answer["recorded"]) == (len(asked), True)
    (check,) = rows_of(gate, "batch_checks")
    kept = list(unpack(check["items"]))
    assert [(verdict.answer, verdict.reason.value) for _, verdict in kept] == expected
    assert [verdict.hold or None for _, verdict in kept] == [item["hold"] for item in answer["answers"]]
    shown = rows_of(gate, "every_answer")
    assert [(row["answer"], row["reason"]) for row in shown] == expected
    assert [row["hold_reference"] or None for row in shown] == [item["hold"] for item in answer["answers"]]
    assert [row["fingerprint"] for row in shown] == [fingerprint for fingerprint, _ in kept]
