"""Whatever is done to a journal afterwards is found, and the entry is named."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amends.ledger.chain import GENESIS, Break, Entry, Head, verify
from tests.unit.ledger.chains import a_chain, end_of, rewritten

LENGTH = 8
CHAIN = a_chain(LENGTH)
HEAD = end_of(CHAIN)
numbers = st.integers(1, LENGTH)


def found(chain: list[Entry], head: Head | None = HEAD) -> set[tuple[str, int]]:
    return {(item.kind, item.sequence) for item in verify(chain, expected_head=head, head_is_end=True)}


def test_an_untouched_chain_holds():
    assert verify(CHAIN, expected_head=HEAD, head_is_end=True) == ()


def test_an_empty_journal_holds():
    assert verify([], expected_head=end_of([]), head_is_end=True) == ()


def test_a_chain_that_grew_still_fits_the_head_written_down_before():
    assert verify(CHAIN, expected_head=end_of(CHAIN[:5])) == ()


@given(at=numbers, reason=st.text(max_size=30))
def test_a_changed_entry_is_named(at, reason):
    assume(reason != CHAIN[at - 1].reason)
    chain = [replace(e, reason=reason) if e.sequence == at else e for e in CHAIN]
    assert found(chain) == {("changed", at)}


values_of_field: dict[str, st.SearchStrategy[Any]] = {
    "sequence": st.integers(-(10**12), 10**12),
    "detail": st.dictionaries(
        st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=5), max_size=3
    ),
}
any_text = st.text(st.characters(), max_size=70)


@given(at=numbers, name=st.sampled_from([field.name for field in fields(Entry)]), data=st.data())
def test_any_change_of_any_single_field_of_any_entry_is_found_and_named(at, name, data):
    value = data.draw(values_of_field.get(name, any_text))
    before = CHAIN[at - 1]
    assume(value != getattr(before, name))
    chain = [replace(e, **{name: value}) if e.sequence == at else e for e in CHAIN]
    breaks = verify(chain, expected_head=HEAD, head_is_end=True)
    assert any(_names(item, at) for item in breaks), breaks


def _names(item: Break, number: int) -> bool:
    """A run of removed entries is one break, which names its first and its last."""
    if item.sequence == number:
        return True
    words = item.message.split()
    return words[0] == "entries" and int(words[1]) <= number <= int(words[3])


def test_a_check_that_only_looked_at_the_links_would_miss_a_changed_reason():
    """The planted fault: were the digests not computed again, the property above would fail."""
    chain = [replace(e, reason="another") if e.sequence == 4 else e for e in CHAIN]
    only_links = [a.digest == b.previous for a, b in zip(chain, chain[1:], strict=False)]
    assert all(only_links)
    assert found(chain) == {("changed", 4)}


@given(at=st.integers(1, LENGTH - 1), count=st.integers(1, LENGTH - 1))
def test_removed_entries_are_named(at, count):
    last = min(at + count - 1, LENGTH - 1)
    chain = [entry for entry in CHAIN if not at <= entry.sequence <= last]
    assert found(chain) == {("removed", at)}
    (item,) = verify(chain, expected_head=HEAD)
    assert item.message == (
        f"entry {at} has been removed" if at == last else f"entries {at} to {last} have been removed"
    )


@given(kept=st.integers(0, LENGTH - 1))
def test_a_cut_tail_is_found_and_its_first_entry_named(kept):
    assert found(CHAIN[:kept]) == {("cut", kept + 1)}


@given(kept=st.integers(0, LENGTH - 1))
def test_a_tail_cut_together_with_its_stored_head_is_found_by_the_head_written_down_elsewhere(kept):
    shorter = CHAIN[:kept]
    assert verify(shorter, expected_head=end_of(shorter), head_is_end=True) == ()
    assert [(b.kind, b.sequence) for b in verify(shorter, expected_head=HEAD)] == [("cut", kept + 1)]


@given(first=numbers, second=numbers)
def test_two_entries_that_changed_numbers_are_both_named(first, second):
    assume(first < second)
    swap = {first: second, second: first}
    chain = [replace(e, sequence=swap.get(e.sequence, e.sequence)) for e in CHAIN]
    breaks = found(sorted(chain, key=lambda entry: entry.sequence))
    assert {("reordered", first), ("reordered", second)} <= breaks
    assert "changed" not in {kind for kind, _ in breaks}


@given(order=st.permutations(range(LENGTH)))
def test_moved_lines_of_a_file_are_found(order):
    assume(list(order) != sorted(order))
    breaks = found([CHAIN[position] for position in order])
    assert {kind for kind, _ in breaks} == {"reordered"}


@given(moved=numbers, to=st.integers(0, LENGTH - 1))
def test_the_one_line_that_was_moved_is_named(moved, to):
    assume(to != moved - 1)
    chain = [entry for entry in CHAIN if entry.sequence != moved]
    chain.insert(to, CHAIN[moved - 1])
    assert ("reordered", moved) in found(chain)


@given(at=numbers)
def test_a_line_that_stands_there_twice_is_found(at):
    chain = [*CHAIN[:at], CHAIN[at - 1], *CHAIN[at:]]
    assert ("reordered", at) in found(chain)


@given(at=numbers)
def test_an_entry_changed_with_its_own_digest_made_to_fit_is_named(at):
    changed = replace(CHAIN[at - 1], reason="another")
    changed = replace(changed, digest=changed.computed_digest())
    chain = [changed if e.sequence == at else e for e in CHAIN]
    kind = "rewritten" if at == LENGTH else "changed"
    assert (kind, at) in found(chain)


@given(at=numbers)
def test_a_journal_rewritten_whole_holds_by_itself_and_falls_by_an_old_head(at):
    chain = rewritten(CHAIN, at, reason="another")
    assert verify(chain, expected_head=end_of(chain), head_is_end=True) == ()
    assert [(b.kind, b.sequence) for b in verify(chain, expected_head=HEAD)] == [("rewritten", LENGTH)]


def test_an_old_head_does_not_notice_what_was_rewritten_after_it():
    """What a head proves reaches back from it, and no further forward: it has to be written down often."""
    chain = rewritten(CHAIN, 6, reason="another")
    assert verify(chain, expected_head=end_of(CHAIN[:5])) == ()
    assert verify(chain, expected_head=end_of(CHAIN[:6])) != ()


@given(known=st.integers(0, LENGTH - 1))
def test_entries_that_the_stored_head_does_not_know_are_found(known):
    assert found(CHAIN, end_of(CHAIN[:known])) == {("added", known + 1)}


def test_a_file_without_its_last_line_is_found():
    assert found(CHAIN, None) == {("cut", LENGTH)}


@pytest.mark.parametrize("gap", [10**6, 10**15])
def test_a_huge_number_planted_in_a_file_is_reported_and_not_counted_up_to(gap):
    chain = [*CHAIN[:4], replace(CHAIN[4], sequence=gap)]
    breaks = verify(chain, expected_head=None)
    assert ("removed", 5) in {(item.kind, item.sequence) for item in breaks}
    assert len(breaks) < 5


@pytest.mark.parametrize(
    "planted",
    [
        {"sequence": "3"},
        {"sequence": True},
        {"sequence": None},
        {"at": 7},
        {"actor": None},
        {"detail": "text"},
        {"detail": [1]},
        {"digest": 0},
    ],
)
def test_a_field_of_another_kind_makes_no_entry(planted):
    with pytest.raises(TypeError):
        Entry(**{**asdict(CHAIN[2]), **planted})


@pytest.mark.parametrize("planted", [{"sequence": "8"}, {"digest": None}])
def test_a_head_of_another_kind_makes_no_head(planted):
    with pytest.raises(TypeError):
        Head(**{**asdict(HEAD), **planted})


def test_half_a_surrogate_pair_is_a_changed_entry_and_no_crash():
    assert found([replace(e, reason="\ud800") if e.sequence == 3 else e for e in CHAIN]) == {("changed", 3)}


def test_the_digest_is_the_documented_one():
    """SHA-256 over the sorted, compact JSON of everything but the digest; by hand, so that it stays so."""
    import hashlib

    entry = CHAIN[0]
    text = (
        '{"actor":"operator","at":"2031-03-03T09:01:00.000000+00:00","detail":{"count":1,"remedies":"1-3"},'
        f'"incident":"2031-03-03-0123456789","previous":"{GENESIS}","reason":"exercise",'
        '"sequence":1,"verb":"advance_remedy"}'
    )
    assert entry.digest == hashlib.sha256(text.encode()).hexdigest()
