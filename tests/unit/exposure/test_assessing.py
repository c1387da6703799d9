"""From logs to who obtained the document, and what stays unknown."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from amends.exposure.assessing import AssessmentRequest, assess
from amends.exposure.assessment import AccessVerdict, ExposureAssessment, RecipientClass
from amends.vocabulary.errors import IncompleteError, UsageError
from tests.unit.exposure.access_logs import (
    EXPOSED,
    GOOGLEBOT,
    REMOVED,
    SIZE,
    URL,
    full_background,
    in_order,
    line,
    write_log,
)

REQUEST = AssessmentRequest(url=URL, begins=EXPOSED, ends=REMOVED, leaked_size=SIZE)
NOON = EXPOSED + timedelta(hours=2)
CORPUS = Path(os.environ.get("AMENDS_CORPUS", Path(__file__).parents[4] / "shared" / "corpus")) / "logs"


def assessed(folder: Path, *lines: str, request: AssessmentRequest = REQUEST) -> ExposureAssessment:
    """Assess one log of ordinary traffic with these lines in it."""
    log = write_log(folder / "access.log", in_order(full_background(), lines))
    return assess([log], request=request)


def reasons(found: ExposureAssessment) -> str:
    return "; ".join(found.adverse_reasons)


def test_full_logs_and_one_reader_leave_nothing_open(tmp_path: Path) -> None:
    found = assessed(tmp_path, line(NOON))
    [recipient] = found.recipients
    assert (recipient.address, recipient.verdict) == ("192.0.2.7", AccessVerdict.FULL)
    assert recipient.recipient_class is RecipientClass.OUTSIDE and recipient.in_window
    assert (found.document_size, found.size_basis) == (SIZE, "leaked file")
    assert (found.holes, found.unreadable, found.adverse_assumption) == ((), (), False)


def test_without_any_log_nothing_is_known_and_the_worst_is_assumed() -> None:
    found = assess([], request=REQUEST)
    assert [(hole.begins, hole.ends) for hole in found.holes] == [(EXPOSED, REMOVED)]
    assert found.adverse_assumption and "no access log" in reasons(found)


def test_a_gap_in_the_log_is_never_reported_as_no_access(tmp_path: Path) -> None:
    gap = (NOON, NOON + timedelta(minutes=8))
    stamps = {(gap[0] + timedelta(seconds=n)).strftime("%H:%M:%S") for n in range(480)}
    kept = [each for each in full_background() if each.partition("2022:")[2][:8] not in stamps]
    found = assess([write_log(tmp_path / "access.log", kept)], request=REQUEST)
    [hole] = found.holes
    assert (hole.begins, hole.ends) == (NOON - timedelta(seconds=10), gap[1])
    assert found.recipients == () and found.adverse_assumption


def test_rotation_order_and_packing_do_not_matter(tmp_path: Path) -> None:
    lines = in_order(full_background(), [line(NOON), line(NOON + timedelta(hours=1), client="192.0.2.8")])
    whole = assess([write_log(tmp_path / "whole" / "access.log", lines)], request=REQUEST)
    parts = [
        write_log(tmp_path / "access.log", lines[1_500:]),
        write_log(tmp_path / "access.log.2.gz", lines[:700]),
        write_log(tmp_path / "access.log.1", lines[700:1_500]),
    ]
    for order in (parts, parts[::-1], [tmp_path]):
        if order == [tmp_path]:
            (tmp_path / "whole" / "access.log").unlink()
        found = assess(order, request=REQUEST)
        assert (found.recipients, found.holes) == (whole.recipients, whole.holes)
        assert not found.adverse_assumption


def test_a_rotated_file_left_out_is_a_hole(tmp_path: Path) -> None:
    lines = full_background()
    logs = [write_log(tmp_path / f"access.log.{n}", lines[n * 500 : (n + 1) * 500]) for n in (0, 1, 3, 4)]
    [hole] = assess(logs, request=REQUEST).holes
    missing = timedelta(seconds=10 * 500)
    assert (hole.begins, hole.ends - hole.begins) == (
        EXPOSED - timedelta(hours=1) + timedelta(seconds=9_990),
        missing + timedelta(seconds=10),
    )


def test_one_log_given_twice_counts_once(tmp_path: Path) -> None:
    lines = in_order(full_background(), [line(NOON)])
    plain = write_log(tmp_path / "access.log", lines)
    packed = write_log(tmp_path / "copy" / "access.log.gz", lines)
    found = assess([plain, packed, plain], request=REQUEST)
    assert (len(found.requests), [log.name for log in found.logs]) == (1, ["access.log"])


def test_an_empty_log_of_another_server_is_not_taken_for_the_same_silence(tmp_path: Path) -> None:
    logs = [write_log(tmp_path / "web1" / "access.log", full_background())]
    logs += [write_log(tmp_path / name / "access.log", []) for name in ("web2", "web3")]
    assert len(assess(logs, request=REQUEST).holes) == 2


def test_a_reader_before_the_stated_exposure_puts_the_stated_times_in_doubt(tmp_path: Path) -> None:
    found = assessed(tmp_path, line(EXPOSED - timedelta(minutes=20)))
    [recipient] = found.recipients
    assert (recipient.verdict, recipient.in_window) == (AccessVerdict.FULL, False)
    assert "stated times may be wrong" in reasons(found)


def test_a_refusal_after_removal_is_no_reason_for_doubt(tmp_path: Path) -> None:
    found = assessed(tmp_path, line(NOON), line(REMOVED + timedelta(minutes=5), answer=(404, 196)))
    assert len(found.requests) == 2 and not found.adverse_assumption


def test_both_ends_of_the_window_belong_to_it(tmp_path: Path) -> None:
    request = replace(REQUEST, begins=EXPOSED + timedelta(microseconds=900_000))
    found = assessed(tmp_path, line(EXPOSED), line(REMOVED, client="192.0.2.8"), request=request)
    assert [each.in_window for each in found.requests] == [True, True]


def test_a_renewed_copy_that_was_never_seen_being_made_is_in_doubt(tmp_path: Path) -> None:
    renewed = line(NOON + timedelta(hours=1), answer=(304, 0))
    assert "renewed a copy" in reasons(assessed(tmp_path, renewed))
    assert not assessed(tmp_path, line(NOON), renewed).adverse_assumption


def test_a_crawler_with_a_full_copy_may_have_passed_it_on(tmp_path: Path) -> None:
    found = assessed(tmp_path, line(NOON, agent=GOOGLEBOT))
    assert found.recipients[0].recipient_class is RecipientClass.CRAWLER
    assert "crawler" in reasons(found)


@pytest.mark.parametrize(("when", "adverse"), [(NOON, True), (EXPOSED - timedelta(minutes=5), True)])
def test_an_unreadable_line_that_may_concern_the_window_is_a_reason(tmp_path, when, adverse) -> None:
    found = assessed(tmp_path, line(when)[:70])
    assert len(found.unreadable) == 1 and found.adverse_assumption is adverse
    assert "could not be read" in reasons(found)


def test_own_staff_are_told_apart(tmp_path: Path) -> None:
    found = assessed(tmp_path, line(NOON), request=replace(REQUEST, own_networks=("192.0.2.0/24",)))
    assert found.recipients[0].recipient_class is RecipientClass.OWN and not found.adverse_assumption


def test_no_reason_names_a_client(tmp_path: Path) -> None:
    lines = [
        line(NOON, agent=GOOGLEBOT),
        line(NOON, client="192.0.2.8", answer=(304, 0)),
        line(NOON, client="192.0.2.9", answer=(200, None)) + ' "203.0.113.1"',
        line(NOON, client="192.0.2.10")[:80],
        line(REMOVED + timedelta(minutes=1), client="192.0.2.11"),
    ]
    found = assessed(tmp_path, *lines)
    assert len(found.adverse_reasons) == 6
    assert "192.0.2" not in reasons(found) and "203.0.113" not in reasons(found)


def test_progress_reaches_the_whole(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []

    def progress(name: str, done: int, total: int) -> None:
        seen.append((name, done, total))

    log = write_log(tmp_path / "access.log", full_background())
    assess([log], request=replace(REQUEST, progress=progress))
    assert seen[-1] == ("access.log", log.stat().st_size, log.stat().st_size)


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        (EXPOSED.replace(tzinfo=None), REMOVED, "window-without-zone"),
        (REMOVED, EXPOSED, "window-reversed"),
    ],
)
def test_a_window_that_is_none_is_refused(begins: datetime, ends: datetime, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        assess([], request=AssessmentRequest(url=URL, begins=begins, ends=ends))
    assert refused.value.code == code


def test_a_document_of_no_bytes_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        assess([], request=replace(REQUEST, leaked_size=0))
    assert refused.value.code == "size-invalid"


def test_a_log_that_breaks_off_in_the_middle_gives_no_assessment(tmp_path: Path) -> None:
    log = write_log(tmp_path / "access.log.gz", in_order(full_background(), [line(NOON)]))
    log.write_bytes(log.read_bytes()[:-100])
    with pytest.raises(IncompleteError):
        assess([log], request=REQUEST)


def corpus(name: str) -> Path:
    path = CORPUS / name
    if not path.exists():
        pytest.skip("the corpus is not here")
    return path


def counted_by_hand(
    path: Path, document: str, *, split_at: Sequence[str] = (" ", '"')
) -> Counter[tuple[str, int]]:
    """Clients and statuses from the raw text by plain splitting: independent of everything under test."""
    counts: Counter[tuple[str, int]] = Counter()
    for each in path.read_text(encoding="utf-8", errors="replace").splitlines():
        target = each.split('"')[1].split(" ")[1].split("?")[0]
        if unquote(unquote(target)).lower() == document:
            counts[each.split(" ")[0], int(each.split('" ')[1].split(" ")[0])] += 1
    return counts


@pytest.mark.parametrize(
    "document",
    ["/images/logstash_oscon.pdf", "/blog/tags/jquery mobile", "/files/xdotool/docs/html/xdo_8h.html"],
)
def test_in_a_real_log_every_request_for_a_document_is_found(document: str) -> None:
    path = corpus("apache_combined_10k.log")
    window = (datetime(2015, 5, 17, tzinfo=UTC), datetime(2015, 5, 21, tzinfo=UTC))
    url = "http://semicomplete.example" + document.replace(" ", "%20")
    found = assess([path], request=AssessmentRequest(url=url, begins=window[0], ends=window[1]))
    expected = counted_by_hand(path, document)
    assert Counter((each.event.address, each.event.status) for each in found.requests) == expected
    assert sum(expected.values()) > 3
    assert (found.logs[0].lines, found.logs[0].unreadable) == (10_000, 0)


def test_a_real_log_with_one_more_field_is_read_to_its_last_line() -> None:
    path = corpus("lnav_shop_access_log.0")
    begins = datetime(2019, 1, 22, 0, 26, 14, tzinfo=UTC)
    request = AssessmentRequest(
        url="https://shop.example/image/60844/productModel/200x200",
        begins=begins,
        ends=begins + timedelta(seconds=177),
    )
    found = assess([path], request=request)
    assert (found.logs[0].lines, found.logs[0].unreadable, found.logs[0].first) == (1_000, 0, begins)
    assert [each.verdict for each in found.requests] == [AccessVerdict.FULL]
