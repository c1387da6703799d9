"""The report stands by itself, says what the overview says, and runs nothing that a text smuggles in."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import pytest

from amends.figures.overview import HarmLine
from amends.figures.report import render_body, render_report, report_style
from tests.ledger_cases import EXPOSED, NOW, REPORTED
from tests.unit.figures.overviews import an_exposure, an_overview

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)>"\' onload="alert(1)&amp;'
VOID = {"meta", "br", "line", "circle", "rect", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """Tags with their attributes, text, and whether every tag that was opened was closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def loads(page: str) -> list[str]:
    """Return what a browser would fetch or run for this page."""
    found = []
    for tag, attributes in Page(page).tags:
        if tag in ("script", "img", "iframe", "object", "embed", "link", "base", "form", "audio", "video"):
            found.append(tag)
        found += [
            f"{tag} {name}"
            for name in attributes
            if name in ("src", "href", "srcset", "data", "action", "poster", "xlink:href", "background")
            or name.startswith("on")
        ]
    found += re.findall(r"@import|url\(|expression\(", page)
    return found


def test_the_report_loads_and_runs_nothing():
    assert loads(render_report(an_overview())) == []


@pytest.mark.parametrize(
    "planted",
    [
        '<script src="https://elsewhere.example/x.js"></script>',
        '<img src="x.png">',
        '<link rel="stylesheet" href="https://elsewhere.example/x.css">',
        '<p onclick="x()">',
        "<style>@import 'x.css'</style>",
        "<style>p{background:url(x.png)}</style>",
    ],
)
def test_a_page_that_loads_something_would_be_noticed(planted):
    assert loads(render_report(an_overview()).replace("<h1>", planted + "<h1>"))


def test_a_hostile_text_in_any_place_stays_text():
    page = render_report(an_overview(HOSTILE))
    assert loads(page) == []
    assert "<script" not in page
    tags = [tag for tag, _ in Page(page).tags]
    assert [tag for tag, _ in Page(render_report(an_overview())).tags] == tags
    assert Page(page).text.count("<script>alert(1)</script>") >= 20


def test_without_escaping_the_hostile_text_would_be_noticed():
    page = render_report(an_overview(HOSTILE)).replace("&lt;", "<").replace("&gt;", ">")
    assert loads(page)


def test_every_tag_that_is_opened_is_closed():
    page = Page(render_report(an_overview()))
    assert (page.open, page.crossed) == ([], [])


def test_the_same_overview_gives_the_same_bytes():
    assert render_report(an_overview()) == render_report(an_overview())


@pytest.mark.parametrize("name", [field.name for field in fields(an_overview())])
def test_another_overview_gives_another_report(name):
    """Nothing of the overview is left out: each field, changed, changes the page."""
    others: dict[str, Any] = {
        "as_of": EXPOSED - timedelta(days=9),
        "held_at": None,
        "closed_at": NOW,
        "exposure": None,
        "timeline": (),
        "figures": (),
        "cohorts": (),
        "owed": (),
        "duties": (),
        "harm": (HarmLine("Everyone", 1, 3, "severe", "GDPR", "high", "told", "why", ("a", "b"), ""),),
        "open": {},
        "not_read": {},
        "persons": 1,
        "persons_covered": 1,
    }
    before = getattr(an_overview(), name)
    other = others.get(name, "other")
    if name not in others and isinstance(before, datetime):
        other = before + timedelta(days=1)
    assert render_report(replace(an_overview(), **{name: other})) != render_report(an_overview())


def test_the_durations_are_those_of_the_timestamps():
    text = Page(render_report(an_overview())).text
    assert "Exposed for 4 h 19 min" in text
    assert "held 9 h 0 min after exposure" in text
    assert "5 h 0 min after the first report" in text


def test_a_hold_at_the_moment_of_the_report_is_not_called_a_hold_that_is_missing():
    text = Page(render_report(an_overview(held_at=REPORTED))).text
    assert "0 h 0 min after the first report" in text
    assert "not yet after" not in text
    assert "not yet after the first report" in Page(render_report(an_overview(held_at=None))).text


def test_instants_are_shown_in_utc_whatever_zone_they_come_in():
    zone = timezone(timedelta(hours=-8))
    elsewhere = an_overview(
        exposed_from=EXPOSED.astimezone(zone),
        exposure=replace(an_exposure(), holes=((EXPOSED.astimezone(zone), NOW.astimezone(zone), "silence"),)),
    )
    page = render_report(elsewhere)
    assert page.count("2031-03-03 09:00 UTC") >= 2
    assert "01:00" not in page


def test_a_withheld_count_is_said_to_be_withheld():
    row = re.search(r"Title of recipients.*?</tr>", render_report(an_overview()), re.DOTALL)
    assert row
    assert "withheld" in row[0]


def test_the_body_stands_in_the_page_as_it_is():
    overview = an_overview()
    assert render_body(overview).strip() in render_report(overview)
    assert "<html" not in render_body(overview)


def test_a_new_incident_about_which_nothing_is_known_yet_assumes_the_worst():
    bare = an_overview(
        exposure=None,
        figures=(),
        owed=(),
        cohorts=(),
        duties=(),
        open={},
        not_read={},
        timeline=(),
        held_at=None,
    )
    text = Page(render_report(bare)).text
    assert "assume that the feared reader has it" in text
    assert Page(render_report(bare)).crossed == []


def test_what_was_not_read_is_said():
    assert "Not read in the leaked file" in Page(render_report(an_overview())).text
    assert "Not read in the leaked file" not in Page(render_report(an_overview(not_read={}))).text


def test_the_style_has_no_left_and_right_so_that_it_can_be_mirrored():
    assert not re.findall(
        r"(?:margin|padding|border)-(?:left|right)|text-align:(?:left|right)", report_style()
    )
