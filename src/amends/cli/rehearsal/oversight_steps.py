"""Section 10 of the requirements: figures, the end, the record, the copies, and the times."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from amends.casework.close_incident import close_incident, what_is_open
from amends.casework.drill_backup import drill_backup
from amends.casework.publish_figures import publish_figures
from amends.casework.queries.evidence import Subject, subject_of_row
from amends.casework.queries.incidents import find_incident
from amends.casework.results.checkpoints import Targets, write_checkpoint
from amends.casework.results.evidence_check import check_evidence
from amends.casework.results.evidence_folder import write_evidence
from amends.casework.results.files import write_text
from amends.casework.results.journal_export import verify_ledger, write_journal
from amends.casework.results.journal_file import read_journal, verify_file
from amends.casework.take_evidence import take_evidence
from amends.cli.rehearsal.walking import Findings, Walk
from amends.figures.definitions import FigureSet, Reconciliation, figure_set
from amends.ledger.chain import Head
from amends.ledger.checkpoint import read_checkpoints, read_public_keys, trusted_anchors
from amends.ledger.checkpoint_key import checkpoints_file, signing_key
from amends.ledger.home import LedgerHome


def figures(walk: Walk, found: Findings) -> None:
    """R41: figures are published where they reconcile, and refused where one sum does not."""
    good = figure_set()
    published = publish_figures(incident=walk.incident, act=walk.act("figures of day 52"))
    found.check(
        bool(published.figures),
        f"{len(published.figures)} figures, {len(good.reconciliations)} sums reconcile, edition {published.edition}",
    )
    wrong = FigureSet(good.figures, (*good.reconciliations, Reconciliation("rows", ("persons_told",))))
    refused = partial(
        publish_figures, incident=walk.incident, definitions=wrong, act=walk.act("with a wrong sum")
    )
    found.refuses(refused, "figures-do-not-reconcile", "with one sum that fails nothing is published")
    small = [name for name, value in published.public.items() if value is None]
    told = [n for n in small if published.values[n] > 0]
    found.check(
        not any(0 < (value or 0) < 5 for value in published.public.values()),
        f"in public {len(small)} values withheld, {len(told)} of them not nought; none of 1 to 4 shown",
    )


def not_closed(walk: Walk, found: Findings) -> None:
    """R53: the incident does not close while anything hangs, and says what."""
    said = found.refuses(
        partial(close_incident, incident=walk.incident, act=walk.act("fifty-two days are over")),
        "incident-not-finished",
        "closing is refused",
    )
    hanging = what_is_open(walk.incident)
    named = [name for name, count in hanging.items() if f"{count} {name.replace('_', ' ')}" in said]
    listed = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in hanging.items())
    found.check(bool(hanging) and len(named) == len(hanging), f"open: {listed}")
    found.check(find_incident(walk.incident.reference).closed_at is None, "it stays open")


def journal(walk: Walk, found: Findings) -> None:
    """R54: the record verifies; a rewritten copy is found with checkpoint and public key alone."""
    home = LedgerHome(walk.home)
    count, breaks = verify_ledger(None)
    found.check(not breaks, f"{count:,} entries, {len(breaks)} breaks")
    signed = write_checkpoint(Targets(), home=home, now=walk.act("sign").now)
    found.check(signed.signed.checkpoint.anchor.size == count, f"checkpoint of {count:,} entries signed")
    file, forged = walk.folder / "journal.jsonl", walk.folder / "journal-rewritten.jsonl"
    write_journal(file)
    key = walk.folder / "public-key.txt"
    write_text(key, f"{signing_key(home).public}\n")
    anchors, strange = trusted_anchors(read_checkpoints(checkpoints_file(home)), read_public_keys(key))
    found.check(bool(anchors) and not strange, f"{len(anchors)} checkpoints bear the public key's signature")
    found.check(verify_file(file, None, anchors)[1] == (), "the exported copy fits them")
    _rewrite(file, forged)
    found.check(verify_file(forged, None)[1] == (), "a rewritten copy is a perfect chain by itself")
    caught = verify_file(forged, None, anchors)[1]
    found.check(bool(caught), f"and is found by the checkpoints ({len(caught)} breaks)")


def _rewrite(source: Path, target: Path) -> None:
    """Change the reason of one entry, and make every later digest and the head fit again."""
    entries, _ = read_journal(source)
    middle, previous, lines = len(entries) // 2, entries[0].previous, []
    for place, entry in enumerate(entries):
        changed = replace(
            entry, previous=previous, reason="another reason" if place == middle else entry.reason
        )
        changed = replace(changed, digest=changed.computed_digest())
        previous = changed.digest
        lines.append(json.dumps(asdict(changed), sort_keys=True, ensure_ascii=False))
    lines.append(json.dumps({"head": asdict(Head(len(entries), previous))}, sort_keys=True))
    write_text(target, "\n".join(lines) + "\n")


def evidence(walk: Walk, found: Findings) -> None:
    """R54: evidence files of the incident and of one person verify with the public key alone."""
    person = subject_of_row(walk.incident, walk.cast.row_of[walk.cast.in_custody[0]])
    keys = (signing_key(LedgerHome(walk.home)).public,)
    subjects: tuple[tuple[str, Subject | None], ...] = (("incident", None), ("person", person))
    for name, subject in subjects:
        act = walk.act(f"a court asks for the {name}'s file")
        taken = take_evidence(incident=walk.incident, subject=subject, act=act)
        folder = walk.folder / f"evidence-{name}"
        written = write_evidence(taken, folder)
        checked = check_evidence(folder, keys)
        found.check(
            not checked.problems and checked.entries == written.entries > 0,
            f"{name}: {checked.files} files, {checked.entries:,} entries, {len(checked.problems)} problems",
        )
    victim = walk.folder / "evidence-person" / "remedies.jsonl"
    whole = victim.read_bytes()
    victim.write_bytes(whole.replace(b"delivered", b"exhausted", 1))
    problems = check_evidence(victim.parent, keys).problems
    victim.write_bytes(whole)
    found.check(bool(problems), "one word changed in it is found")


def backup(walk: Walk, found: Findings) -> None:
    """R54: a copy brings the ledger back: restored elsewhere, compared, every sealed value opened."""
    done = drill_backup(act=walk.act("prove the copy"))
    found.check(
        done.rows > 0 and done.opened > 0,
        f"{done.rows:,} rows equal, {done.opened:,} sealed values open, {done.entries:,} entries chain, "
        f"{sum(done.seconds.values()):.1f} s",
    )


def times(walk: Walk, found: Findings) -> None:
    """R55: every step was measured."""
    measured = [row.seconds for row in walk.rows]
    found.check(
        all(seconds > 0 for seconds in measured),
        f"{len(measured)} steps in {sum(measured):.1f} s of our running",
    )
    slowest = max(walk.rows, key=lambda row: row.seconds)
    found.check(slowest.seconds < 120, f"the longest, {slowest.requirement}, {slowest.seconds:.1f} s")
