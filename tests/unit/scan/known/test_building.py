"""What was built is found, what was not built is not, and an index is replaced whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.scan.known import building, sorting
from amends.scan.known.building import Reading, build, update
from amends.scan.known.columns import NameReader, read_identifiers
from amends.scan.known.index import CurrentIndex, KnownIndex
from amends.scan.known.keys import Fingerprinter, day_words
from amends.scan.known.names import name_parts
from amends.scan.known.persons import RegistryBatch
from amends.scan.known.sorting import Runs, merged
from amends.vocabulary.errors import AmendsError, FaultError, RefusalError, UsageError
from amends.vocabulary.identifier import normalised_identifier
from tests.samples.known_registry import KEY, NOW, Person, batch_of, index_of, reading_of

MAKE = Fingerprinter(KEY)
ONE: Person = ("A012345678", "García López", "Juan Zzcanary", "1980-01-02")
OTHER: Person = ("987-654-321", "Haddad", "Layla Zzcanary", "1990-03-04")

parts = st.text(alphabet="abcdefghijklmnop", min_size=3, max_size=8).filter(lambda p: bool(name_parts(p)))
dates = st.dates(min_value=datetime(1900, 1, 1).date(), max_value=datetime(2020, 12, 31).date())
numbers = st.integers(1_000, 10**12)


def knows_identifier(index: KnownIndex, *texts: str) -> list[bool]:
    words = MAKE.identifier_words([normalised_identifier(text) for text in texts])
    return [bool(known) for known in index.contains(MAKE.identifiers(words))]


def knows_name(index: KnownIndex, name: str) -> bool:
    atoms = MAKE.atoms(name_parts(name))
    counts = np.array([len(atoms)], dtype=np.uint64)
    return bool(index.contains(MAKE.names(np.array([atoms.sum()], dtype=np.uint64), counts))[0])


def knows_birth(index: KnownIndex, name: str, day: int) -> bool:
    atoms = MAKE.atoms(name_parts(name))
    sums, counts = np.array([atoms.sum()], dtype=np.uint64), np.array([len(atoms)], dtype=np.uint64)
    return bool(index.contains(MAKE.names_with_births(sums, counts, day_words([day])))[0])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(numbers, st.lists(parts, min_size=2, max_size=4), dates), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
    st.integers(0, 4),
)
def test_what_was_built_is_found_in_any_order_and_with_or_without_zeros(
    tmp_path_factory: pytest.TempPathFactory, drawn: list, shuffled, zeros: int
) -> None:
    people = [(f"A{n:0{zeros}}", " ".join(p[:1]), " ".join(p[1:]), d.isoformat()) for n, p, d in drawn]
    index = index_of(tmp_path_factory.mktemp("i") / "i.known", people)
    for number, name, day in drawn:
        words = list(name)
        shuffled.shuffle(words)
        assert knows_identifier(index, str(number), f"{number:015}", f"{number}.0") == [True] * 3
        assert knows_name(index, ", ".join(word.upper() for word in words))
        assert knows_birth(index, " ".join(words), day.toordinal() - datetime(1970, 1, 1).toordinal())


@settings(max_examples=15, deadline=None)
@given(st.sets(numbers, min_size=1, max_size=50), st.sets(numbers, min_size=1, max_size=200))
def test_what_was_not_built_is_not_found(
    tmp_path_factory: pytest.TempPathFactory, built: set[int], asked: set[int]
) -> None:
    people = [(str(number), "García", "Juan", "") for number in built]
    index = index_of(tmp_path_factory.mktemp("i") / "i.known", people)
    found = knows_identifier(index, *(str(number) for number in sorted(asked)))
    assert found == [number in built for number in sorted(asked)]


def test_collisions_stay_below_the_rate_that_the_index_states(tmp_path: Path) -> None:
    index = index_of(tmp_path / "i.known", [ONE, OTHER])
    random = np.random.default_rng(1).integers(0, 2**64, 2_000_000, dtype=np.uint64)
    assert index.description.chance_of_collision < 2.0**-38
    assert not index.contains(random).any()


@given(st.lists(st.text(alphabet="0123456789Aa-. +/é٣", max_size=24), max_size=30))
def test_identifiers_of_a_column_are_read_as_one_at_a_time(texts: list[str]) -> None:
    words, present = read_identifiers(pa.array(texts, pa.string()), MAKE)
    normal = [normalised_identifier(text) for text in texts]
    assert present.tolist() == [len(text) >= 4 for text in normal]
    expected = MAKE.identifier_words([text if len(text) >= 4 else "" for text in normal])
    assert words[present].tolist() == expected[present].tolist()


@given(st.lists(st.text(max_size=40), max_size=20))
def test_names_of_a_column_are_read_as_one_at_a_time(texts: list[str]) -> None:
    lists, _ = NameReader(MAKE).read(pa.array(texts, pa.string()))
    for place, text in enumerate(texts):
        found = lists.words[lists.offsets[place] : lists.offsets[place + 1]]
        assert found.tolist() == MAKE.atoms(name_parts(text)).tolist()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=400), st.integers(1, 60), st.integers(1, 60))
def test_runs_on_disk_come_out_sorted_and_each_once(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[int], run_entries: int, at_once: int
) -> None:
    runs = Runs(tmp_path_factory.mktemp("runs"), run_entries)
    for first in range(0, len(drawn), 7):
        runs.add(np.array(drawn[first : first + 7], dtype=np.uint64))
    spans = list(merged(runs.finished(), at_once))
    assert [number for _, _, some in spans for number in some.tolist()] == sorted(set(drawn))
    assert [first for first, _, _ in spans][0] == 0
    assert all(one[1] == other[0] for one, other in zip(spans, spans[1:], strict=False))


def test_an_index_that_did_not_fit_memory_is_the_one_that_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [(str(100_000 + n), f"Ba{n % 97}mi", f"Zzcanary Ko{n % 89}", "1970-01-02") for n in range(3_000)]
    whole = index_of(tmp_path / "whole.known", people)
    monkeypatch.setattr(sorting, "_RUN_ENTRIES", 1_000)
    monkeypatch.setattr(building, "Runs", lambda folder: Runs(folder, 1_000))
    monkeypatch.setattr(building, "merged", lambda sources: merged(sources, 500))
    batches = [batch_of(people[first : first + 100]) for first in range(0, len(people), 100)]
    build(tmp_path / "pieces.known", reading_of(*batches), MAKE, NOW)
    pieces = KnownIndex(tmp_path / "pieces.known")
    assert pieces.description.entries == whole.description.entries
    bits = pieces.description.bucket_bits
    ascending = pieces.fingerprints(0, 1 << bits)
    assert whole.contains(ascending).all()
    assert pieces.contains(ascending).all()
    pieces.verify()


def test_an_update_adds_people_and_loses_nobody(tmp_path: Path) -> None:
    path = tmp_path / "i.known"
    people = [(str(100_000 + n), "García", "Zzcanary", "") for n in range(500)]
    index_of(path, people[:200])
    described = update(path, reading_of(batch_of(people[200:])), MAKE, datetime(2023, 1, 1, tzinfo=UTC))
    index = KnownIndex(path)
    assert all(knows_identifier(index, *(number for number, *_ in people)))
    assert (described.contents.people, described.contents.updates) == (500, 1)
    assert described.contents.built_at == NOW.isoformat()
    index.verify()


def test_a_damaged_index_is_not_updated_into_a_sound_one(tmp_path: Path) -> None:
    path = tmp_path / "i.known"
    index_of(path, [ONE, OTHER])
    flip(path, 4_100)
    with pytest.raises(FaultError, match="damaged"):
        update(path, reading_of(batch_of([ONE])), MAKE, NOW)


def flip(path: Path, place: int) -> None:
    """Flip one bit of a file."""
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes((byte ^ 1,)))


@pytest.mark.parametrize("place", [0, 9, 20, 4_070, 4_097, 5_000, -1])
def test_every_flipped_bit_is_noticed(tmp_path: Path, place: int) -> None:
    path = tmp_path / "i.known"
    index_of(path, [ONE, OTHER])
    flip(path, place if place >= 0 else path.stat().st_size + place)
    with pytest.raises(AmendsError) as refused:
        KnownIndex(path)
    assert refused.value.code in ("index-damaged", "index-foreign", "index-version")


def test_a_flipped_bit_of_a_large_index_is_noticed_when_it_is_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "i.known"
    index_of(path, [ONE, OTHER])
    monkeypatch.setattr("amends.scan.known.index._VERIFIED_ON_OPENING", 0)
    flip(path, 4_097)
    index = KnownIndex(path)
    with pytest.raises(FaultError, match="'upper' does not match"):
        index.verify()


def test_a_directory_that_leads_nowhere_is_no_miss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "i.known"
    index_of(path, [ONE, OTHER])
    monkeypatch.setattr("amends.scan.known.index._VERIFIED_ON_OPENING", 0)
    monkeypatch.setattr("amends.scan.known.index._GLANCES", 2)
    section = KnownIndex(path).description.sections["directory"]
    with path.open("r+b") as file:
        file.seek(section.offset + 4 * 512)
        file.write(b"\xff\xff\xff\x7f")
    index = KnownIndex(path)
    with pytest.raises(FaultError, match="leads nowhere"):
        index.contains(np.arange(0, 2**64, 2**50, dtype=np.uint64))


@pytest.mark.parametrize("kept", [0, 100, 4_096, -1])
def test_a_cut_index_is_noticed(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "i.known"
    index_of(path, [ONE, OTHER])
    os.truncate(path, kept if kept >= 0 else path.stat().st_size - 1)
    with pytest.raises(AmendsError) as refused:
        KnownIndex(path)
    assert refused.value.code in ("index-damaged", "index-foreign")


def test_an_empty_registry_and_a_changed_one_leave_the_old_index(tmp_path: Path) -> None:
    path = tmp_path / "i.known"
    index_of(path, [ONE])
    before = path.read_bytes()

    def changed() -> None:
        raise RefusalError("registry-changed", "It changed.", hint="Again.")

    with pytest.raises(UsageError, match="no person"):
        build(path, reading_of(), MAKE, NOW)
    with pytest.raises(RefusalError, match="changed"):
        build(path, Reading([batch_of([OTHER])], changed), MAKE, NOW)
    assert path.read_bytes() == before
    assert [left.name for left in tmp_path.iterdir() if "building" in left.name] == []


def test_the_key_is_not_in_the_index_and_neither_is_anybody(tmp_path: Path) -> None:
    path = tmp_path / "i.known"
    index_of(path, [ONE, OTHER])
    content = path.read_bytes()
    for word in (KEY, KEY.hex().encode(), b"Garc", b"12345678", b"Zzcanary", b"zzcanary"):
        assert word not in content


def test_a_reader_keeps_its_index_and_then_takes_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "i.known"
    index_of(path, [ONE])
    current = CurrentIndex(path, MAKE)
    old = current.now()
    index_of(path, [ONE, OTHER])
    assert knows_identifier(old, ONE[0], OTHER[0]) == [True, False]
    assert knows_identifier(current.now(), ONE[0], OTHER[0]) == [True, True]
    path.unlink()
    with pytest.raises(UsageError, match="no such index"):
        current.now()


def test_readers_never_see_anything_but_a_whole_index(tmp_path: Path) -> None:
    path = tmp_path / "i.known"
    index_of(path, [ONE])
    current, wrong, done = CurrentIndex(path, MAKE), [], threading.Event()

    def read() -> None:
        while not done.is_set():
            if not knows_identifier(current.now(), ONE[0])[0]:
                wrong.append("lost")

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        index_of(path, [ONE, OTHER])
    done.set()
    reader.join()
    assert wrong == []


def test_two_builders_do_not_work_on_one_index(tmp_path: Path) -> None:
    path = tmp_path / "i.known"

    def batches() -> Iterator[RegistryBatch]:
        with pytest.raises(RefusalError, match="Another process"):
            index_of(path, [OTHER])
        yield batch_of([ONE])

    build(path, Reading(batches(), lambda: None), MAKE, NOW)
    assert knows_identifier(KnownIndex(path), ONE[0], OTHER[0]) == [True, False]
