"""Section 3 of the requirements: timestamps, clocks, the preserved file, and everyone held at once."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq

from amends.casework.apply_retention import apply_retention
from amends.casework.correct_timestamp import Correction, correct_timestamp
from amends.casework.fire_clocks import fire_clocks
from amends.casework.queries.drill_observation import observe
from amends.casework.queries.duties import list_duties
from amends.casework.queries.evidence import (
    entries_about,
    incident_record,
    remedies_of,
    remedy_records,
)
from amends.casework.queries.evidence_tables import incident_tables
from amends.casework.queries.incidents import find_incident
from amends.casework.queries.overview import incident_overview
from amends.cli.rehearsal.walking import SECOND, Findings, Walk
from amends.drill.canary import CANARY
from amends.figures.overview import in_words
from amends.ledger import vault
from amends.ledger.home import LedgerHome
from amends.ledger.retention.rules import STANDARD, load_rules

_SAMPLE = 40
_PIECE = 48
"""Bytes of the leaked file that are looked for; compressed, so that they occur by chance nowhere."""


def four_timestamps(walk: Walk, found: Findings) -> None:
    """R02: four timestamps with sources; durations are computed; a wrong one is corrected and its old value kept."""
    overview = incident_overview(walk.incident)
    names = ("exposed_from", "reported_at", "confirmed_at", "removed_at")
    record, sources = incident_record(walk.incident), walk.incident.timestamp_sources
    dated = [name for name in names if record.get(name, getattr(walk.incident, name)) is not None]
    said = in_words(overview.exposure_duration)
    found.check(
        said == in_words(record["removed_at"] - record["exposed_from"]), f"exposed for {said}, computed"
    )
    right = walk.incident.removed_at
    for at, reason in (
        (right + timedelta(minutes=41), "a statement said five hours"),
        (right, "the server's log"),
    ):
        moved = correct_timestamp(
            incident=walk.incident, correction=Correction("removed_at", at, reason), act=walk.act(reason)
        )
        walk.incident = find_incident(walk.incident.reference)
        found.check(moved.before is not None and moved.before != at, f"removed_at corrected: {reason}")
    kept = [entry.detail for entry in entries_about(walk.incident, None) if entry.verb == "correct_timestamp"]
    found.check(
        [detail["before"] for detail in kept][-2:]
        == [right.isoformat(), (right + timedelta(minutes=41)).isoformat()],
        f"{len(kept)} corrections on record with the value before",
    )
    if walk.incident.confirmed_at is None:
        confirmed = walk.incident.reported_at + timedelta(minutes=7)
        by = Correction("confirmed_at", confirmed, "minute of the duty officer")
        correct_timestamp(
            incident=walk.incident, correction=by, act=walk.act("the confirmation was not on record")
        )
        walk.incident = find_incident(walk.incident.reference)
        dated.append("confirmed_at")
    sources = walk.incident.timestamp_sources
    sourced = [
        name for name in names if sources.get(name, {}).get("source") and sources[name].get("confidence")
    ]
    found.check(len(set(dated)) == 4, f"{len(set(dated))} of 4 timestamps stand")
    found.check(len(sourced) == 4, f"{len(sourced)} of 4 have source and confidence")
    again = in_words(incident_overview(walk.incident).exposure_duration)
    found.check(again == said, f"after the corrections again {again}")


def clocks(walk: Walk, found: Findings) -> None:
    """R03: each duty names trigger, rule and version; a clock that was not looked at fires late, and once."""
    duties = list_duties(walk.incident, now=walk.now)
    named = [duty for duty in duties if duty.trigger and "@" in duty.rule and duty.citation]
    if not named and duties:
        found.said.append(f"a rule reads {duties[0].rule!r}")
    found.check(bool(duties) and len(named) == len(duties), f"{len(named)} of {len(duties)} duties name them")
    act = walk.act("the clocks, nine days late")
    first = fire_clocks(incident=walk.incident, act=act)
    second = fire_clocks(incident=walk.incident, act=act)
    late = sum(firing.late_by >= timedelta(minutes=1) for firing in first.fired)
    found.check(late > 0, f"{len(first.fired)} marks went off, {late} of them late")
    found.check(second.already, f"a second look fired {len(second.fired)}")


def preserved(walk: Walk, found: Findings) -> None:
    """R05: what was preserved opens to the bytes that were preserved."""
    home = LedgerHome(walk.home)
    artefacts = incident_tables(walk.incident)["artefacts"]
    digests = [str(row["sha256"]) for row in artefacts if row["sealed"]]
    opened = {digest: hashlib.sha256(vault.recover(digest, home=home)).hexdigest() for digest in digests}
    whole = [digest for digest, again in opened.items() if digest == again]
    found.check(
        bool(whole) and len(whole) == len(digests), f"{len(whole)} of {len(digests)} opens to its SHA-256"
    )
    leaked = hashlib.sha256(walk.cast.files.leaked.read_bytes()).hexdigest()
    found.check(leaked in whole, f"it is the leaked file ({leaked[:12]}...)")
    logs = {hashlib.sha256(log.read_bytes()).hexdigest() for log in walk.cast.files.logs}
    kept = {row["sha256"] for row in artefacts if row["kind"] == "access-log"}
    found.check(kept == logs, f"{len(kept & logs)} of {len(logs)} logs are those that were given")


def sealed(walk: Walk, found: Findings) -> None:
    """R06: neither bytes of the file nor anybody in it can be read in the ledger's folder; nothing is erased early."""
    leaked = walk.cast.files.leaked.read_bytes()
    places = [len(leaked) * part // 8 for part in range(1, 7)]
    pieces = [leaked[place : place + _PIECE] for place in places]
    needles = [*pieces, *_of_people(walk)]
    found.check(
        all(piece in leaked for piece in pieces), "the search finds its pieces in the leaked file itself"
    )
    size, seen = 0, 0
    for path in sorted(walk.home.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            size += len(content)
            seen += sum(needle in content for needle in needles)
    found.check(
        seen == 0,
        f"{len(needles)} pieces, numbers and names looked for in {size / 1e6:,.1f} MB: {seen} found",
    )
    rules = load_rules(STANDARD)
    before = _keys(walk.home)
    found.refuses(
        lambda: apply_retention(
            incident=walk.incident, rules=rules, second_actor=SECOND, act=walk.act("erase it now")
        ),
        "retention-not-due",
        "erasing is refused while holds stand",
    )
    found.check(_keys(walk.home) == before, "and destroyed no key")


def _of_people(walk: Walk) -> list[bytes]:
    chosen = walk.cast.listed[:: max(1, len(walk.cast.listed) // _SAMPLE)][:_SAMPLE]
    numbers = [walk.cast.numbers[who].lstrip("A").encode() for who in chosen]
    table = pq.read_table(walk.cast.files.registry, columns=["person_id", "given_name", "family_name"])
    names = {row["person_id"]: row for row in table.to_pylist()}
    full = [f"{names[who]['given_name']} {names[who]['family_name']}".encode() for who in chosen]
    return [*numbers, *full, CANARY.encode()]


def _keys(home: Path) -> list[tuple[str, int]]:
    return [(str(path), path.stat().st_size) for path in sorted(home.rglob("*")) if "key" in path.name]


def everyone_held(walk: Walk, found: Findings) -> None:
    """R08: every row of the list is held, at one instant, before anybody was identified."""
    held, rows = observe(walk.incident).held_rows, walk.cast.row_numbers
    found.check(held == rows, f"{len(held & rows):,} of {len(rows):,} rows held")
    holds = remedies_of(walk.incident, None).filter(kind="hold", entitlement="hold_removal")
    events = [event for remedy in remedy_records(holds) for event in remedy["events"]]
    placed = [event["at"] for event in events if event["event"] == "placed"]
    found.check(len(set(placed)) == 1, f"{len(placed):,} holds placed at {len(set(placed))} instant")
    order = [entry.verb for entry in entries_about(walk.incident, None)]
    first = order.index("protect_population") < order.index("identify_affected")
    found.check(first, "the journal has the hold before the identification")
