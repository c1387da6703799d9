"""Each form of a report can be read by whom it is for, and holds no value of any file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import TextIO

import pytest

from amends.scan.allowing import Allowance
from amends.scan.audience_screening import AudienceScreening, Conditions, screen_opened_for
from amends.scan.audiences.loading import audience_named
from amends.scan.hidden.kinds import hidden_kinds
from amends.scan.reporting.as_html import Html
from amends.scan.reporting.as_json import JsonDocument, JsonLines
from amends.scan.reporting.as_markdown import Markdown
from amends.scan.reporting.as_sarif import Sarif
from amends.scan.reporting.as_text import Text
from amends.scan.reporting.report import About, Totals, explained_kinds, reported
from amends.scan.reporting.writer import ReportWriter
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.outcomes import ScreeningVerdict, Skipped
from amends.vocabulary.provenance import Provenance, printable

SOURCE = Provenance.of("<b>list</b> | *.csv")
ROWS = (
    ("Ana Zzcanary", "1990-02-11", "zz@canary.example"),
    ("Bo Zzcanary", "1991-02-11", "bo@canary.example"),
)
VALUES = [cell for row in ROWS for cell in row]
ALLOWANCE = Allowance(
    "hidden-rows", "**", "Press <desk>", "The rows are sums", date(2999, 1, 1), place="a, line 1"
)
ABOUT = About("1.2.3", "court", "A court & its <clerks>", "amends.toml", "2026-11-25T09:00:00Z")


def screenings() -> list[AudienceScreening]:
    """A list that stops with hidden rows that are allowed, one that the audience may have, a gap and a clear one."""
    table = Table(
        SOURCE / "sheet \u202eraw", "raw", "", ("Name", "DOB", "Mail"), ROWS, (2, 3), {3: "hidden-row"}
    )
    opened = OpenedFile(
        (table,), (Skipped(SOURCE / "x.bin", "unknown-format", "No reader knows this format."),)
    )
    public = Conditions(allowances=(ALLOWANCE,))
    court = Conditions(audience=audience_named("court"), allowances=(ALLOWANCE,))
    gap = OpenedFile((), (Skipped(SOURCE, "corrupt", "It is damaged."),))
    return [
        screen_opened_for(opened, public, shown="site/<b>list</b> | *.csv", sha256="ab" * 32),
        screen_opened_for(opened, court, shown="site/\x1b[31mred.csv", sha256="cd" * 32),
        screen_opened_for(gap, public, shown="site/gap.xlsx"),
        screen_opened_for(OpenedFile((), ()), public, shown="site/clear file.csv", sha256="ef" * 32),
    ]


def written(maker: Callable[[TextIO], ReportWriter]) -> str:
    out, totals = io.StringIO(), Totals()
    writer = maker(out)
    writer.begin(ABOUT)
    for screening in screenings():
        file = reported(screening)
        totals.add(file)
        writer.file(file)
    totals.notes.append("the allowance in a, line 9 covered nothing")
    writer.end(totals, 3)
    return out.getvalue()


FORMS = [Text, JsonDocument, JsonLines, Sarif, Html, Markdown]


@pytest.mark.parametrize("maker", FORMS)
def test_no_value_of_a_file_and_nothing_that_moves_a_cursor_is_in_a_report(maker) -> None:
    report = written(maker)
    assert [value for value in VALUES if value in report] == []
    assert "Zzcanary" not in report
    assert "\x1b" not in report
    assert "\u202e" not in report


@pytest.mark.parametrize("maker", FORMS)
def test_every_form_says_kind_place_count_sample_reason_allowance_and_what_to_do(maker) -> None:
    report = written(maker).replace("\\", "")
    for said in (
        "list-of-persons",
        "sheet",
        "A••••••••••y",
        "A list of 2 people",
        "until 2999-01-01",
        "Do not publish it.",
    ):
        assert said in report, said
    assert "unknown-format" in report or "No reader knows this format." in report


@pytest.mark.parametrize("maker", [Text, JsonDocument, Html, Markdown])
def test_what_the_run_came_to_is_said(maker) -> None:
    report = written(maker)
    assert "4 files: 1 clear, 1 findings, 2 incomplete" in report or '"files": 4' in report
    assert "line 9 covered nothing" in report


def test_json_says_its_version_and_each_verdict() -> None:
    document = json.loads(written(JsonDocument))
    assert (document["schema"], document["schema_version"], document["summary"]["exit_code"]) == (
        "amends-screening", 1, 3,
    )  # fmt: skip
    assert [file["verdict"] for file in document["files"]] == [
        "findings",
        "incomplete",
        "incomplete",
        "clear",
    ]
    listed, hidden = document["files"][0]["findings"]
    assert (listed["count"], listed["hidden_count"], listed["hidden"], listed["standing"]) == (
        2,
        1,
        True,
        "stops",
    )
    assert listed["categories"] == ["identity", "contact"]
    assert (hidden["standing"], hidden["expires"]) == ("allowed", "2999-01-01")


def test_a_line_of_json_is_the_file_of_the_document() -> None:
    lines = [json.loads(line) for line in written(JsonLines).splitlines()]
    files = json.loads(written(JsonDocument))["files"]
    assert [{key: line[key] for key in files[0]} for line in lines] == files


def test_sarif_has_what_its_schema_requires() -> None:
    """SARIF 2.1.0, sections 3.13, 3.14, 3.18, 3.19, 3.20, 3.27, 3.28, 3.35, 3.49 and 3.58."""
    log = json.loads(written(Sarif))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    rules = {rule["id"] for rule in driver["rules"]}
    assert len(rules) == len(driver["rules"]), "each rule once"
    assert all(isinstance(one["executionSuccessful"], bool) for one in run["invocations"])
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["ruleId"] in rules
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["kind"] == "fail" or result["level"] == "none", "section 3.27.10"
        for location in result["locations"]:
            assert " " not in location["physicalLocation"]["artifactLocation"]["uri"]
            assert location["logicalLocations"][0]["fullyQualifiedName"]
        for suppression in result.get("suppressions", ()):
            assert (suppression["kind"], bool(suppression["justification"])) == ("external", True)
    for notification in run["invocations"][0]["toolExecutionNotifications"]:
        assert notification["message"]["text"]
        assert set(notification) == {"level", "message"}


def test_sarif_says_nothing_that_its_schema_does_not_know() -> None:
    """Every object of the schema but the property bag refuses further names."""
    log = json.loads(written(Sarif))
    (run,) = log["runs"]
    assert set(log) == {"$schema", "version", "runs"}
    assert set(run) == {"properties", "columnKind", "results", "invocations", "tool"}
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    assert set(run["tool"]["driver"]) == {"name", "version", "rules"}
    assert all(set(rule) <= {"id", "shortDescription", "help"} for rule in run["tool"]["driver"]["rules"])
    assert set(run["invocations"][0]) == {"executionSuccessful", "exitCode", "toolExecutionNotifications"}
    known = {
        "ruleId", "kind", "level", "message", "locations", "partialFingerprints", "properties", "suppressions",
    }  # fmt: skip
    for result in run["results"]:
        assert set(result) <= known
        assert result["kind"] in {"fail", "informational"}
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
        assert all(set(one) == {"kind", "status", "justification"} for one in result.get("suppressions", ()))


def test_in_sarif_what_was_not_read_is_an_error_and_what_is_allowed_is_suppressed() -> None:
    (run,) = json.loads(written(Sarif))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False
    by_rule = {result["ruleId"]: result for result in run["results"][:3]}
    assert by_rule["not-read/unknown-format"]["level"] == "error"
    assert by_rule["list-of-persons"]["level"] == "error"
    assert "Press <desk> answers for it" in by_rule["hidden-rows"]["suppressions"][0]["justification"]


class _Page(HTMLParser):
    """Every element with its attributes, and whether each was closed in order."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.heads = 0

    def handle_starttag(self, tag, attrs) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


def test_the_page_loads_nothing_and_names_everything() -> None:
    page = _Page()
    page.feed(written(Html))
    assert page.open == []
    tags = [tag for tag, _ in page.elements]
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    assert tags.count("table") == tags.count("caption") > 0
    assert not {"script", "img", "link", "iframe"} & set(tags)
    assert dict(page.elements)["html"]["lang"] == "en"
    assert all(attributes.get("scope") in {"col", "row"} for tag, attributes in page.elements if tag == "th")
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [
        attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes
    ]
    assert set(named) <= set(ids)
    assert "<b>" not in written(Html)


def test_a_name_cannot_break_out_of_its_cell_in_markdown() -> None:
    rows = [line for line in written(Markdown).splitlines() if line.startswith("| list-of-persons")]
    assert rows
    for row in rows:
        assert row.replace("\\|", "").count("|") == 9
        assert "\\<b\\>list" in row


def test_every_finding_says_what_to_do() -> None:
    own = {
        "list-of-persons", "personal-column", "hidden-sheet", "hidden-rows", "hidden-columns", "implied-membership",
        "incident-overlap", "recipients-in-sight",
    }  # fmt: skip
    assert own <= explained_kinds() | set(hidden_kinds())
    assert not explained_kinds() & set(hidden_kinds())


def test_an_unprintable_name_is_shown_without_its_tricks() -> None:
    assert printable("a\u202eb\x00c\nd") == "a\ufffdb\ufffdc\ufffdd"
    assert printable("Añejo ✓ 名") == "Añejo ✓ 名"


def test_verdicts_of_a_run_are_counted() -> None:
    totals = Totals()
    for screening in screenings():
        totals.add(reported(screening))
    assert totals.verdicts == {
        ScreeningVerdict.FINDINGS: 1,
        ScreeningVerdict.INCOMPLETE: 2,
        ScreeningVerdict.CLEAR: 1,
    }
    assert totals.kinds == {"list-of-persons": 1}
