"""Reads the written logs with a pattern of its own and compares them with the truth."""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

import pytest

from amends.drill.making import IncidentFiles
from amends.drill.scenarios import Scenario

_LINE = re.compile(r'(\S+) - - \[([^]]+)] "(\S+) (\S+) HTTP/1\.1" (\d{3}) (\d+|-) "-" "([^"]*)"\n')
_DOCUMENTATION = [
    ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


class Line:
    def __init__(self, text: str) -> None:
        matched = _LINE.fullmatch(text)
        assert matched is not None
        self.address, stamp, self.method, self.target, status, sent, self.agent = matched.groups()
        self.time = datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z").astimezone(UTC)
        self.status, self.sent = int(status), None if sent == "-" else int(sent)

    @property
    def documentation_address(self) -> bool:
        return any(ip_address(self.address) in net for net in _DOCUMENTATION)


@pytest.fixture(scope="module")
def parts(incident: IncidentFiles) -> tuple[list[Line], list[Line]]:
    current, rotated = incident.logs
    packed = gzip.decompress(rotated.read_bytes()).decode()
    return [Line(text) for text in packed.splitlines(keepends=True)], [
        Line(text) for text in current.read_text("ascii").splitlines(keepends=True)
    ]


@pytest.fixture(scope="module")
def lines(parts: tuple[list[Line], list[Line]]) -> list[Line]:
    return [*parts[0], *parts[1]]


@pytest.fixture(scope="module")
def recipients(incident: IncidentFiles) -> dict[str, dict[str, str]]:
    with (incident.truth / "recipients.csv").open(newline="", encoding="utf-8") as rows:
        return {row["address"]: row for row in csv.DictReader(rows)}


def _is_the_document(target: str, scenario: Scenario) -> bool:
    """Decide by decoding until nothing changes; slow, and independent of how the targets were made."""
    path = target
    while unquote(path) != path:
        path = unquote(path)
    path = re.sub("/+", "/", urlsplit(path).path.replace("/./", "/"))
    return path.lower() == urlsplit(scenario.access_log.url).path.lower()


def test_the_log_is_rotated_within_the_window_and_in_order(parts, scenario: Scenario):
    rotated, current = parts
    assert scenario.times.exposed < scenario.access_log.rotated < scenario.times.removed
    assert rotated[-1].time < scenario.access_log.rotated <= current[0].time
    for part in parts:
        assert all(earlier.time <= later.time for earlier, later in zip(part, part[1:], strict=False))


def test_those_who_asked_for_the_document_are_those_of_the_truth(lines, recipients, scenario: Scenario):
    asked = {line.address for line in lines if _is_the_document(line.target, scenario)}
    assert asked == set(recipients)
    assert all(line.documentation_address == (line.address in recipients) for line in lines)


def test_a_full_copy_has_the_size_of_the_leaked_file_to_the_byte(lines, recipients, incident, scenario):
    size = incident.leaked.stat().st_size
    obtained = defaultdict(list)
    for line in lines:
        if _is_the_document(line.target, scenario):
            obtained[line.address].append(line)
    for address, row in recipients.items():
        seen = [(line.method, line.status, line.sent) for line in obtained[address]]
        assert (("GET", 200, size) in seen) == (row["verdict"] == "full")
        if row["verdict"] == "complete_by_ranges":
            assert sum(sent for _, status, sent in seen if status == 206) == size
        if row["verdict"] == "partial":
            assert 0 < sum(sent for _, status, sent in seen if status == 206) < size
        if row["verdict"] == "aborted":
            assert all(status == 200 and 0 < sent < size for _, status, sent in seen)
        if row["verdict"] == "revalidation":
            assert {(status, sent) for _, status, sent in seen} == {(304, None)}
        if row["verdict"] == "headers_only":
            assert {(method, sent) for method, _, sent in seen} == {("HEAD", None)}
        if row["verdict"] == "denied":
            assert {status for _, status, _ in seen} == {404}
        assert len(seen) == int(row["requests"])


def test_the_readers_are_as_many_of_each_kind_as_planned(recipients, scenario: Scenario):
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for row in recipients.values():
        counted[row["class"], row["verdict"]] += 1
    plan = scenario.readers
    assert counted == {
        ("outside", "full"): plan.full + plan.full_after_redirect,
        ("outside", "complete_by_ranges"): plan.complete_by_ranges,
        ("outside", "partial"): plan.partial,
        ("outside", "aborted"): plan.aborted,
        ("outside", "revalidation"): plan.revalidation,
        ("outside", "headers_only"): plan.headers_only,
        ("outside", "denied"): plan.denied,
        ("crawler", "full"): plan.crawler_full,
        ("own", "full"): plan.own_full,
        ("own", "headers_only"): plan.own_headers_only,
        ("monitor", "headers_only"): plan.monitor_headers_only,
    }
    own = ip_network(scenario.access_log.own_network)
    assert all((ip_address(address) in own) == (row["class"] == "own") for address, row in recipients.items())


def test_data_left_the_server_only_between_exposure_and_removal(lines, scenario: Scenario):
    for line in lines:
        if _is_the_document(line.target, scenario) and line.status != 404:
            assert scenario.times.exposed <= line.time < scenario.times.removed


def test_no_line_falls_into_the_hole_and_a_reader_is_lost_in_it(
    lines, incident, recipients, scenario: Scenario
):
    log = scenario.access_log
    assert not [line for line in lines if log.hole_begins <= line.time < log.hole_ends]
    before = [
        line for line in lines if log.hole_begins - timedelta(minutes=11) <= line.time < log.hole_begins
    ]
    assert len(before) > 100
    with (incident.truth / "holes.csv").open(newline="", encoding="utf-8") as rows:
        (hole,) = csv.DictReader(rows)
    assert hole["recipients_lost"] == "1"
    with (incident.truth / "requests.csv").open(newline="", encoding="utf-8") as rows:
        lost = {row["address"] for row in csv.DictReader(rows) if row["in_log"] == "false"}
    assert len(lost) == 1
    assert not lost & {line.address for line in lines}
    assert not lost & set(recipients)


def test_a_plain_search_for_the_address_would_miss_some_true_requests(lines, scenario: Scenario):
    plain = urlsplit(scenario.access_log.url).path.replace(" ", "%20")
    true = [line for line in lines if _is_the_document(line.target, scenario)]
    assert 0 < sum(line.target == plain for line in true) < 0.5 * len(true)


def test_documents_with_almost_the_same_name_are_asked_for_too(lines, scenario: Scenario):
    name = "ERO_Custody%20List"
    near = {
        line.target for line in lines if name in line.target and not _is_the_document(line.target, scenario)
    }
    assert len(near) >= 5


def test_background_traffic_has_as_many_lines_as_planned(lines, recipients, scenario: Scenario):
    assert sum(line.address not in recipients for line in lines) == scenario.access_log.lines
