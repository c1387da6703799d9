from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from amends.link.keys import Pairs, RowKeys, mixed
from amends.link.ragged import Ragged

STORED = [14_846_076_053_371_923_889, 8_538_994_949_349_251_874, 16_505_199_806_525_447_247]
KEYS = st.lists(st.integers(0, 12), max_size=40)


@given(KEYS, KEYS, st.integers(1, 6))
def test_a_join_finds_every_pair_under_the_cap_and_names_the_rows_above_it(row_keys, person_keys, cap):
    rows, persons = np.arange(len(row_keys), dtype=np.int32), np.arange(len(person_keys), dtype=np.int32)
    hashed = mixed(1, np.array(row_keys, dtype=np.int64)), mixed(1, np.array(person_keys, dtype=np.int64))
    joined = RowKeys(hashed[0], rows).join(hashed[1], persons, cap)
    sizes = {key: person_keys.count(key) for key in row_keys}
    expected = {
        (row, person)
        for row, key in enumerate(row_keys)
        for person, other in enumerate(person_keys)
        if key == other and sizes[key] <= cap
    }
    assert set(zip(joined.pairs.rows.tolist(), joined.pairs.persons.tolist(), strict=True)) == expected
    crowded = {row for row, key in enumerate(row_keys) if sizes[key] > cap}
    assert set(joined.oversized_rows.tolist()) == crowded
    assert joined.oversized_keys == len({key for key in row_keys if sizes[key] > cap})


def test_the_hash_of_a_key_never_changes_because_keys_are_meant_to_be_stored():
    keys = mixed(3, np.array([0, 1, -1], dtype=np.int64), np.array([7, 7, 7], dtype=np.uint64))
    assert keys.tolist() == STORED


def test_kinds_of_keys_do_not_meet():
    values = np.arange(1000)
    assert not set(mixed(1, values).tolist()) & set(mixed(2, values).tolist())


def test_pairs_are_united_once_and_taken_away():
    one = Pairs(np.array([2, 1], dtype=np.int32), np.array([5, 9], dtype=np.int32))
    other = Pairs(np.array([1, 3], dtype=np.int32), np.array([9, 0], dtype=np.int32))
    both = Pairs.union([one, other])
    assert list(zip(both.rows.tolist(), both.persons.tolist(), strict=True)) == [(1, 9), (2, 5), (3, 0)]
    rest = both.without(Pairs.union([one]))
    assert list(zip(rest.rows.tolist(), rest.persons.tolist(), strict=True)) == [(3, 0)]


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=8), st.data())
def test_ragged_lists_behave_like_lists(lists, data):
    offsets = np.concatenate(([0], np.cumsum([len(inner) for inner in lists]))).astype(np.int64)
    ragged = Ragged(offsets, np.array([value for inner in lists for value in inner], dtype=np.int32))
    index = data.draw(st.lists(st.integers(-1, len(lists) - 1), max_size=10))
    taken = ragged.take(np.array(index, dtype=np.int64))
    assert unpacked(taken) == [lists[at] if at >= 0 else [] for at in index]
    assert taken.owners.tolist() == [owner for owner, at in enumerate(index) if at >= 0 for _ in lists[at]]
    whole = ragged.padded(np.arange(len(lists)))
    assert [[value for value in line if value >= 0] for line in whole.tolist()] == lists
    outer = Ragged(np.array([0, len(index)]), np.array([at for at in index if at >= 0], dtype=np.int32))
    outer = Ragged(np.array([0, len(outer.values)]), outer.values)
    assert unpacked(outer.flat_map(ragged)) == [[value for at in index if at >= 0 for value in lists[at]]]


def unpacked(ragged):
    ends = ragged.offsets.tolist()
    return [ragged.values[begin:end].tolist() for begin, end in zip(ends, ends[1:], strict=False)]
