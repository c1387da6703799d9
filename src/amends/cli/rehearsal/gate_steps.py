"""R24 and R27: acting systems ask first, are answered, hold the list, and a removal in spite of a hold is found."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

from amends.casework.acting_systems.api_keys import KeyTerms
from amends.casework.actions.reading import ActionReport, ReportedAction
from amends.casework.close_incident import what_is_open
from amends.casework.collect_acknowledgements import collect_acknowledgements
from amends.casework.import_actions import ImportedActions, import_actions
from amends.casework.issue_api_key import issue_api_key
from amends.casework.learn_registry import learn_registry
from amends.casework.publish_hold_lists import publish_hold_lists
from amends.casework.reconcile_holds import reconcile_holds
from amends.casework.register_system import SystemFacts, register_system
from amends.cli.rehearsal.gate_asking import RunningGate
from amends.cli.rehearsal.walking import Findings, Walk
from amends.gate_client.answer import CLEAR, HOLD, Held
from amends.gate_client.client import GateClient
from amends.gate_client.lists import HeldList, acknowledgement, heartbeat, updated
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.hold_list import ListKeys
from amends.vocabulary.identifier import normalised_identifier
from amends.vocabulary.personal import Personal

SYSTEM = "removals"
_ACTION = "removal"
_SINGLE = 200
_UNKNOWN = [f"Z{999_000_000 + n}" for n in range(20)]


def connect(walk: Walk, found: Findings) -> None:
    """R24: the acting system stands, has a key, and the gate knows everybody whom the registry knows."""
    facts = SystemFacts(SYSTEM, "Removals desk", "Office 5, extension 12", [_ACTION], timedelta(hours=4))
    system = register_system(facts=facts, act=walk.act("it can remove people"))
    walk.kept["list_keys"] = ListKeys.from_secret(system.list_secret)
    terms = KeyTerms("live", (_ACTION,), 100_000, None)
    walk.kept["key"] = issue_api_key(system=SYSTEM, terms=terms, act=walk.act("for its questions")).token
    mapping = Mapping.load(walk.cast.files.mapping)
    registry = Registry.open(walk.cast.files.registry, mapping)
    learned = learn_registry(registry=registry, mapping=mapping, act=walk.act("who is known"))
    people = len(walk.cast.numbers)
    found.check(
        learned.persons == people, f"1 system with a key; {learned.persons:,} of {people:,} people learned"
    )


def ask(gate: RunningGate) -> Asking:
    """Return the steps that need the running gate."""
    return Asking(gate)


class Asking:
    """Steps that speak to the running gate."""

    def __init__(self, gate: RunningGate) -> None:
        self._gate = gate

    def answers(self, walk: Walk, found: Findings) -> None:
        """R24: held is hold, known and not held is clear, unknown is hold, a wrong key is hold; in milliseconds."""
        client = self._gate.client(walk.kept["key"])
        held = [walk.cast.numbers[who] for who in walk.cast.listed]
        free = [walk.cast.numbers[who] for who in walk.cast.held_nowhere]
        _ready(client, free[0])
        times: list[float] = []
        for numbers, wanted, what in (
            (held[:_SINGLE], HOLD, "held"),
            (free[:_SINGLE], CLEAR, "known and not held"),
            (_UNKNOWN, HOLD, "unknown"),
        ):
            right = _asked_singly(client, numbers, wanted, times)
            found.check(right == len(numbers), f"{right} of {len(numbers)} {what}: {wanted}")
        right = sum(answer.answer == HOLD for answer in client.check_list(held, _ACTION))
        found.check(right == len(held), f"in lists, {right:,} of {len(held):,} held: hold")
        right = sum(answer.answer == CLEAR for answer in client.check_list(free[:10_000], _ACTION))
        found.check(right == len(free[:10_000]), f"{right:,} of {len(free[:10_000]):,} not held: clear")
        client.close()
        stranger = self._gate.client(f"{walk.kept['key'][:-6]}aaaaaa").check(free[0], _ACTION)
        found.check(stranger.answer == HOLD, f"a wrong key: {stranger.answer} ({stranger.reason})")
        times.sort()
        middle, late = times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000
        found.check(late < 500, f"{len(times)} single answers: p50 {middle:.1f} ms, p99 {late:.1f} ms")
        walk.kept["gate_ms"] = {"p50": round(middle, 2), "p99": round(late, 2)}

    def in_step(self, walk: Walk, found: Findings) -> None:
        """R24: the list is published, fetched, acknowledged; a heartbeat and a reconciliation find no drift."""
        key, keys = walk.kept["key"], walk.kept["list_keys"]
        published = publish_hold_lists(act=walk.act("holds have changed")).lists[0]
        held: HeldList | None = walk.kept.get("held_list")
        after = f"?after={held.sequence}" if held else ""
        status, data = self._gate.ask("GET", f"/v1/list{after}", key)
        held = updated(held, data, keys, system=SYSTEM) if status == 200 else held
        if held is None:
            found.check(False, f"no list could be fetched ({status})")
            return
        same = held.digest == published.digest
        found.check(same, f"list {published.sequence} fetched ({status})")
        walk.kept["held_list"] = held
        found.check(
            published.incomplete == 0 and published.entries > 0,
            f"{published.entries:,} entries, none lacking",
        )
        said = [
            self._gate.ask("POST", path, key, body)[0]
            for path, body in (("/v1/acknowledge", acknowledgement(held)), ("/v1/heartbeat", heartbeat(held)))
        ]
        found.check(all(200 <= code < 300 for code in said), f"acknowledged and alive ({said[0]}, {said[1]})")
        collected = collect_acknowledgements(act=walk.act("acting systems have answered"))
        found.check(
            sum(collected.counts.values()) >= 2, f"{sum(collected.counts.values())} messages collected"
        )
        compared = reconcile_holds(act=walk.act("compare holds"))
        found.check(compared.in_step, f"in step, {compared.standing} alarms stand")

    def queue(self, walk: Walk, found: Findings) -> None:
        """R24: a queue of removals runs against the gate; of the held none leaves, and what left broke no promise."""
        client = self._gate.client(walk.kept["key"])
        step = max(1, len(walk.cast.listed) // _SINGLE)
        barred = [walk.cast.numbers[who] for who in walk.cast.listed[::step]]
        free = [walk.cast.numbers[who] for who in walk.cast.held_nowhere[: len(barred)]]
        left: list[str] = []
        for pair in zip(barred, free, strict=True):
            for number in pair:
                try:
                    with client.permission(number, _ACTION):
                        left.append(number)
                except Held:
                    continue
        client.close()
        stopped = len(set(barred) - set(left))
        found.check(stopped == len(barred), f"{stopped} of {len(barred)} held people stopped")
        found.check(set(left) == set(free), f"{len(left)} of {len(free)} others went")
        broken = _imported(walk, left, "1")
        found.check(
            broken.found.new.get(walk.incident.reference, {}) == {},
            f"{broken.new} reported removals: 0 breaches",
        )

    def answer_for(self, walk: Walk, person: str) -> str:
        """Return the gate's answer about one person of the cast."""
        client = self._gate.client(walk.kept["key"])
        try:
            return client.check(walk.cast.numbers[person], _ACTION).answer
        finally:
            client.close()


def removed_in_spite(walk: Walk, found: Findings) -> None:
    """R27: a removal that was carried out in spite of the hold is a broken promise, with a case."""
    victim = walk.cast.numbers[walk.cast.in_custody[-1]]
    done = _imported(walk, [victim], "2")
    broken = done.found.new.get(walk.incident.reference, {})
    found.check(
        "hold_removal" in broken, f"1 removal after the hold breaks {', '.join(sorted(broken)) or 'nothing'}"
    )
    cases = what_is_open(walk.incident).get("breaches", 0)
    found.check(cases == sum(broken.values()) > 0, f"{cases} cases open")
    again = _imported(walk, [victim], "2")
    found.check(again.already, "reported again, it counts once")


def _imported(walk: Walk, numbers: Sequence[str], source: str) -> ImportedActions:
    # One report, one instant: the same report again is no second removal.
    at = walk.held_at + timedelta(days=1, hours=int(source))
    actions = tuple(
        ReportedAction(SYSTEM, _ACTION, at, Personal(normalised_identifier(number)), line)
        for line, number in enumerate(numbers, start=2)
    )
    return import_actions(
        report=ActionReport(source * 64, actions), act=walk.act("weekly report of removals")
    )


def _asked_singly(client: GateClient, numbers: Sequence[str], wanted: str, times: list[float]) -> int:
    right = 0
    for number in numbers:
        began = time.perf_counter()
        answer = client.check(number, _ACTION)
        times.append(time.perf_counter() - began)
        right += answer.answer == wanted
    return right


def _ready(client: GateClient, number: str) -> None:
    """Wait until the gate has checked itself; until then it holds everybody, as it must."""
    until = time.monotonic() + 20
    while client.check(number, _ACTION).answer != CLEAR and time.monotonic() < until:
        time.sleep(0.1)
