"""The fast check says "it fits" exactly where the slow one finds nothing, and otherwise lets the slow one speak."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.ledger import journal, journal_check, journal_scan
from amends.ledger.against_checkpoints import Anchor
from amends.ledger.chain import GENESIS, Head, verify
from amends.ledger.journal import JournalFields
from amends.ledger.journal_check import check_journal
from amends.ledger.journal_scan import Begun, scan
from amends.ledger.merkle import Frontier, Tree
from tests.ledger_cases import NOW
from tests.unit.ledger.tampering import TABLE, appended, execute, rewrite, unprotect

within_a_test = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
any_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
numbers = st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.none() | st.booleans() | numbers | any_text


def anchors(*sizes: int) -> list[Anchor]:
    chain = list(journal.entries())
    tree = Tree(bytes.fromhex(entry.digest) for entry in chain)
    return [Anchor(size, tree.root(size), chain[size - 1].digest if size else GENESIS) for size in sizes]


def found(**about) -> set[tuple[str, int]]:
    _, breaks = check_journal(**about)
    return {(item.kind, item.sequence) for item in breaks}


def slow() -> set[tuple[str, int]]:
    breaks = verify(journal.entries(), expected_head=journal.head(), head_is_end=True)
    return {(item.kind, item.sequence) for item in breaks}


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of four, so that a journal of a few entries has many of them."""
    monkeypatch.setattr(journal_scan, "BLOCK", 4)
    monkeypatch.setattr(journal_scan, "BLOCK_HEIGHT", 2)


@pytest.fixture
def slow_check_forbidden(monkeypatch):
    """What fits is never read slowly."""

    def refuse(*_):
        raise AssertionError("the slow check was asked")

    monkeypatch.setattr(journal_check, "_check_slowly", refuse)


@within_a_test
@given(
    texts=st.tuples(any_text, any_text, any_text, any_text),
    detail=st.dictionaries(any_text, plain | st.lists(plain, max_size=2), max_size=4),
    microsecond=st.integers(0, 999_999) | st.just(0) | st.just(100_000),
)
def test_whatever_was_written_fits(ledger, slow_check_forbidden, texts, detail, microsecond):
    verb, actor, reason, incident = texts
    with transaction.atomic():
        journal.append(
            JournalFields(verb, actor, reason, incident, detail), at=NOW + timedelta(microseconds=microsecond)
        )
    assert found() == set()


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 8, 23])
def test_what_fits_is_checked_fast_whatever_its_length(ledger, small_blocks, slow_check_forbidden, count):
    appended(count)
    assert check_journal(anchors=anchors(*range(count + 1))) == (count, ())


@pytest.mark.parametrize("count", [9, 12, 23])
def test_two_processes_find_what_one_finds(ledger, small_blocks, slow_check_forbidden, monkeypatch, count):
    appended(count)
    wanted = anchors(*range(count + 1))
    alone = scan(journal.head(), roots_at=range(count + 1))
    monkeypatch.setattr(journal_scan, "TWO_PROCESSES_FROM", 8)
    assert check_journal(anchors=wanted) == (count, ())
    together = scan(journal.head(), roots_at=range(count + 1))
    assert alone and together
    assert (alone.roots, alone.digests, alone.last) == (together.roots, together.digests, together.last)
    assert alone.frontier.root() == together.frontier.root() == wanted[-1].root


@pytest.mark.parametrize("at", [1, 5, 8, 9, 16, 17, 23])
def test_each_process_tells_what_does_not_fit_in_its_half(ledger, small_blocks, monkeypatch, at):
    appended(23)
    unprotect()
    execute(f"UPDATE {TABLE} SET reason = 'another' WHERE sequence = {at}")
    monkeypatch.setattr(journal_scan, "TWO_PROCESSES_FROM", 8)
    assert scan(journal.head()) is None
    assert found() == {("changed", at)}


def test_a_helper_that_dies_costs_time_and_nothing_else(ledger, small_blocks, monkeypatch):
    appended(23)
    monkeypatch.setattr(journal_scan, "TWO_PROCESSES_FROM", 8)
    monkeypatch.setattr(journal_scan, "_check_apart", lambda *_: os._exit(9))
    assert scan(journal.head()) is not None


@pytest.mark.parametrize("begun", [0, 3, 4, 7, 8, 11])
def test_what_was_signed_before_is_not_read_again_and_gives_the_same_tree(ledger, small_blocks, begun):
    appended(11)
    chain = list(journal.entries())
    frontier = Frontier()
    frontier.extend(bytes.fromhex(entry.digest) for entry in chain[:begun])
    after = Begun(Head(begun, chain[begun - 1].digest if begun else GENESIS), frontier)
    unprotect()
    if begun:
        execute(f"UPDATE {TABLE} SET reason = 'not looked at' WHERE sequence = 1")
    added = scan(journal.head(), roots_at=[11], after=after)
    assert added and added.roots[11] == anchors(11)[0].root


STATEMENTS = [
    f"UPDATE {TABLE} SET reason = 'another' WHERE sequence = 5",
    f"UPDATE {TABLE} SET actor = 'another' WHERE sequence = 1",
    f"UPDATE {TABLE} SET verb = 'another' WHERE sequence = 23",
    f"UPDATE {TABLE} SET incident = '' WHERE sequence = 5",
    f"UPDATE {TABLE} SET detail = '{{\"count\":99}}' WHERE sequence = 5",
    f"UPDATE {TABLE} SET detail = '{{\"count\": 4}}' WHERE sequence = 5",
    f"UPDATE {TABLE} SET detail = 'no JSON' WHERE sequence = 5",
    f"UPDATE {TABLE} SET detail = '[' || detail || ']' WHERE sequence = 5",
    f"UPDATE {TABLE} SET at = '2031-03-03 18:00:01+00:00' WHERE sequence = 5",
    f"UPDATE {TABLE} SET previous = '' WHERE sequence = 5",
    f"UPDATE {TABLE} SET digest = previous WHERE sequence = 5",
    f"UPDATE {TABLE} SET sequence = 99 WHERE sequence = 5",
    f"UPDATE {TABLE} SET sequence = 0 WHERE sequence = 1",
    f"DELETE FROM {TABLE} WHERE sequence = 5",
    f"DELETE FROM {TABLE} WHERE sequence >= 20",
    f"DELETE FROM {TABLE}",
    f"INSERT INTO {TABLE} SELECT 24, at, incident, verb, actor, reason, detail, previous, digest FROM {TABLE}"
    " WHERE sequence = 23",
    f"INSERT INTO {TABLE} SELECT -1, at, incident, verb, actor, reason, detail, previous, digest FROM {TABLE}"
    " WHERE sequence = 23",
    "UPDATE ledger_journalhead SET sequence = 22",
    "UPDATE ledger_journalhead SET digest = '' ",
    "DELETE FROM ledger_journalhead",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_whatever_the_databases_owner_does_is_found(ledger, small_blocks, statement):
    appended(23)
    unprotect()
    execute(
        statement.replace("INSERT INTO ledger_journalentry SELECT", f"INSERT INTO {TABLE} {COLUMNS} SELECT")
    )
    assert found() != set()


COLUMNS = "(sequence, at, incident, verb, actor, reason, detail, previous, digest)"


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET actor = X'ff00' WHERE sequence = 5",
        f"UPDATE {TABLE} SET actor = CAST(X'ff41' AS TEXT) WHERE sequence = 5",
        f"UPDATE {TABLE} SET detail = CAST(detail AS BLOB) WHERE sequence = 5",
        f"UPDATE {TABLE} SET at = 'yesterday' WHERE sequence = 5",
        f"UPDATE {TABLE} SET at = replace(at, ' ', 'x') WHERE sequence = 5",
        f"UPDATE {TABLE} SET at = 7 WHERE sequence = 5",
        f"UPDATE {TABLE} SET reason = reason || char(0) WHERE sequence = 5",
    ],
)
def test_sqlite_may_hold_anything_in_any_column_and_the_entry_is_named_all_the_same(ledger, statement):
    if ledger.is_postgresql:
        pytest.skip("PostgreSQL keeps types")
    appended(9)
    unprotect()
    execute(statement)
    assert found() == {("changed", 5)}


def test_a_row_without_a_number_does_not_hide_between_the_others(ledger):
    if ledger.is_postgresql:
        pytest.skip("the key of a PostgreSQL table is never null")
    appended(4)
    unprotect()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE other AS SELECT * FROM {TABLE}")
        cursor.execute(f"DROP TABLE {TABLE}")
        cursor.execute(f"ALTER TABLE other RENAME TO {TABLE}")
        cursor.execute(f"INSERT INTO {TABLE} {COLUMNS} SELECT NULL, {COLUMNS[11:-1]} FROM {TABLE} LIMIT 1")
    assert found() == {("changed", 0)}


def test_content_moved_from_one_column_to_the_next_is_found(ledger):
    """The text that is hashed is put together again from the columns: two rows must never give the same text."""
    with transaction.atomic():
        journal.append(JournalFields("v", 'a"b\\', "r", "i", {"incident": "x", "reason": "y"}), at=NOW)
    unprotect()
    for changes in (
        "actor = 'a\\\"b\\\\'",
        "actor = 'a', reason = '\"b\\\"r'",
        'detail = \'{"incident":"x"\'',
        "detail = detail || ',\"incident\":\"i\"', incident = ''",
        "verb = 'v\"}'",
    ):
        with transaction.atomic():
            execute(f"UPDATE {TABLE} SET {changes} WHERE sequence = 1")
            assert found() == {("changed", 1)}, changes
            transaction.set_rollback(True)
    assert found() == set()


@within_a_test
@given(at=st.integers(1, 12), value=any_text, column=st.sampled_from(["actor", "reason", "verb", "incident"]))
def test_fast_and_slow_agree_on_any_change_of_any_text(ledger, small_blocks, at, value, column):
    if not journal.head().sequence:
        appended(12)
        unprotect()
    with transaction.atomic():
        execute(f"UPDATE {TABLE} SET {column} = %s WHERE sequence = {at}", values=[value])
        assert (scan(journal.head()) is None) == bool(slow())
        assert found() == slow()
        transaction.set_rollback(True)


def test_a_history_rewritten_whole_fits_itself_and_falls_by_a_checkpoint(ledger, small_blocks):
    appended(12)
    signed = anchors(4, 9, 12)
    unprotect()
    rewrite(6, reason="another story")
    assert found() == set()
    assert found(anchors=signed) == {("rewritten", 9), ("rewritten", 12)}
    (first, _) = check_journal(anchors=signed)[1]
    assert first.message == "entries 5 to 9: not the journal that the checkpoint signed"


def test_a_tail_cut_with_its_head_fits_itself_and_falls_by_a_checkpoint(ledger, small_blocks):
    appended(12)
    signed = anchors(4, 12)
    unprotect()
    execute(
        f"DELETE FROM {TABLE} WHERE sequence > 6",
        f"UPDATE ledger_journalhead SET sequence = 6, digest = (SELECT digest FROM {TABLE} WHERE sequence = 6)",
    )
    assert found() == set()
    assert found(anchors=signed) == {("cut", 7)}


def test_a_journal_that_grew_still_fits_its_checkpoints(ledger, small_blocks, slow_check_forbidden):
    appended(5)
    signed = anchors(0, 5)
    appended(6)
    assert found(anchors=signed) == set()


def test_a_head_written_down_earlier_is_looked_at_too(ledger, slow_check_forbidden):
    appended(5)
    kept = journal.head()
    appended(3)
    assert found(expected=kept) == set()


def test_a_head_that_was_never_there_is_found(ledger):
    appended(5)
    assert found(expected=Head(3, "0" * 64)) == {("rewritten", 3)}
    assert found(expected=Head(9, "0" * 64)) == {("cut", 6)}


def test_a_root_that_does_not_belong_to_its_chain_is_found(ledger):
    """A signer that was deceived, or deceives, about the tree alone."""
    appended(5)
    (good,) = anchors(5)
    assert found(anchors=[Anchor(5, b"\0" * 32, good.chain)]) == {("rewritten", 5)}
    assert found(anchors=[Anchor(5, good.root, "0" * 64)]) == {("rewritten", 5)}
