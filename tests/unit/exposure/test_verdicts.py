"""What one request obtained."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amends.exposure.assessment import AccessVerdict
from amends.exposure.verdicts import DocumentSize, complete_by_pieces, document_size, judge
from tests.unit.exposure.access_logs import EXPOSED, REMOVED, SIZE, event

FULL = DocumentSize(SIZE, "stated")
WINDOW = (EXPOSED, REMOVED)


@pytest.mark.parametrize(
    ("method", "status", "size", "verdict"),
    [
        ("GET", 200, SIZE, "full"),
        ("GET", 200, SIZE + 400, "full"),
        ("GET", 200, SIZE - 1, "aborted"),
        ("GET", 200, 0, "aborted"),
        ("GET", 200, None, "unknown"),
        ("GET", 206, 100, "partial"),
        ("GET", 304, 0, "revalidation"),
        ("GET", 301, 230, "redirect"),
        ("GET", 308, 230, "redirect"),
        ("GET", 401, 300, "denied"),
        ("GET", 403, SIZE, "denied"),
        ("GET", 404, 300, "denied"),
        ("GET", 410, 300, "denied"),
        ("GET", 451, 300, "denied"),
        ("GET", 412, 0, "unknown"),
        ("GET", 416, 0, "unknown"),
        ("GET", 204, 0, "unknown"),
        ("GET", 299, 5, "unknown"),
        ("GET", 0, None, "unknown"),
        ("GET", 499, 100, "aborted"),
        ("GET", 499, None, "aborted"),
        ("GET", 499, SIZE, "full"),
        ("GET", 500, 300, "error"),
        ("GET", 503, None, "error"),
        ("HEAD", 200, SIZE, "headers_only"),
        ("HEAD", 404, 0, "denied"),
        ("HEAD", 304, 0, "revalidation"),
        ("OPTIONS", 200, 0, "headers_only"),
        ("POST", 200, SIZE, "full"),
        ("POST", 200, 100, "unknown"),
        ("POST", 405, 100, "denied"),
        ("PROPFIND", 207, 900, "unknown"),
        ("", 400, 226, "denied"),
        ("", 200, 100, "unknown"),
    ],
)
def test_method_status_and_bytes_decide(method: str, status: int, size: int | None, verdict: str) -> None:
    assert judge(event((status, size), method=method), FULL).verdict == verdict


def test_without_a_known_size_an_answer_is_unknown_and_not_full() -> None:
    assert judge(event((200, 5)), DocumentSize(None, "unknown")).verdict is AccessVerdict.UNKNOWN


def test_unknown_counts_as_obtained() -> None:
    assert AccessVerdict.UNKNOWN.obtained_data


def test_a_stated_size_stands() -> None:
    size = document_size([event((200, 10))], stated=7, leaked=SIZE, window=WINDOW)
    assert (size.size, size.basis) == (7, "stated")


def test_the_leaked_file_gives_the_size_if_one_answer_reached_it() -> None:
    size = document_size([event((200, 10)), event()], stated=None, leaked=SIZE, window=WINDOW)
    assert (size.size, size.basis) == (SIZE, "leaked file")


def test_the_leaked_file_gives_the_size_if_only_ranges_were_sent() -> None:
    size = document_size([event((206, 10))], stated=None, leaked=SIZE, window=WINDOW)
    assert (size.size, size.basis) == (SIZE, "leaked file")


def test_if_no_answer_reached_the_leaked_size_the_largest_within_the_window_is_a_full_copy() -> None:
    late = event((200, 9_000), time=REMOVED + timedelta(hours=1))
    size = document_size([event((200, 10)), event((200, 700)), late], stated=None, leaked=SIZE, window=WINDOW)
    assert (size.size, size.basis) == (700, "inferred from the log")


def test_without_answers_and_without_the_file_the_size_is_unknown() -> None:
    assert document_size([event((404, 10))], stated=None, leaked=None, window=WINDOW).basis == "unknown"


def test_many_clients_with_one_smaller_size_have_compressed_copies() -> None:
    some = [event((200, 9_000), client=f"192.0.2.{n}") for n in range(3)]
    size = document_size([event(), *some, event((200, 9_001))], stated=None, leaked=SIZE, window=WINDOW)
    judged = judge(some[0], size)
    assert judged.verdict is AccessVerdict.FULL and "compressed" in judged.basis
    assert judge(event((200, 9_001)), size).verdict is AccessVerdict.ABORTED


def test_one_client_that_breaks_off_thrice_at_one_size_has_no_compressed_copy() -> None:
    size = document_size([event(), *[event((200, 9_000))] * 3], stated=None, leaked=SIZE, window=WINDOW)
    assert judge(event((200, 9_000)), size).verdict is AccessVerdict.ABORTED


@pytest.mark.parametrize(
    ("pieces", "complete"),
    [
        ([(206, SIZE - 1)], False),
        ([(206, SIZE)], True),
        ([(206, 40_000), (206, SIZE - 40_000)], True),
        ([(200, 40_000), (206, SIZE - 40_000)], True),
        ([(499, 40_000), (206, SIZE - 40_000)], True),
        ([(200, 40_000), (200, 40_000)], False),
        ([(206, 100), (404, SIZE), (206, None)], False),
    ],
)
def test_pieces_that_add_up_are_a_copy(pieces: list[tuple[int, int | None]], complete: bool) -> None:
    assert complete_by_pieces([event(piece) for piece in pieces], FULL) is complete


def test_pieces_of_a_document_of_unknown_size_do_not_add_up() -> None:
    assert not complete_by_pieces([event((206, 10**9))], DocumentSize(None, "unknown"))
