"""A site is swept politely, on its own host alone, within bounds, and goes on where it was interrupted."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from amends.cli.sweeping.site import Politeness, normal, same_host
from amends.vocabulary.errors import UsageError
from tests.unit.cli.sweeping.conftest import CLEAR, LIST, Visit, WebSite


@pytest.fixture
def site() -> WebSite:
    site = WebSite()
    site.page("/", "a.html", "/data/list.csv", "http://elsewhere.example/x.csv", "javascript:x()", "#top")
    site.page("/a.html", "/", "data/clear.csv", "gone.csv", "/private/x.csv", "moved")
    site.put("/data/list.csv", LIST, content_type="text/csv")
    site.put("/data/clear.csv", CLEAR, content_type="text/csv")
    site.put("/private/x.csv", LIST, content_type="text/csv")
    site.put("/moved", b"", 301, location="/data/other.csv")
    site.put("/data/other.csv", CLEAR, content_type="text/csv")
    site.put("/robots.txt", b"User-agent: *\nDisallow: /private/\nCrawl-delay: 3\n")
    return site


def by_path(lines: list[dict]) -> dict[str, str]:
    """Return path → verdict, or why there is none."""
    return {urlsplit(x["address"]).path: x.get("verdict") or x.get("missed") or "moved" for x in lines}


def test_whatever_is_linked_on_the_host_is_screened_and_nothing_elsewhere(site, tmp_path):
    with site.served() as start:
        lines, source = Visit(start, tmp_path).run()
    assert by_path(lines) == {
        "/": "clear",
        "/a.html": "clear",
        "/data/list.csv": "findings",
        "/data/clear.csv": "clear",
        "/gone.csv": "status-404",
        "/moved": "moved",
        "/data/other.csv": "clear",
    }
    assert source.holes() == ["robots.txt keeps 1 documents from being looked at."]
    assert "/private/x.csv" not in site.asked


def test_what_is_kept_holds_no_word_of_a_document(site, tmp_path):
    with site.served() as start:
        Visit(start, tmp_path).run()
    assert "zzcanary" not in (tmp_path / "results.jsonl").read_text(encoding="utf-8").casefold()


def test_between_two_requests_there_is_the_pause_that_the_site_asks_for(site, tmp_path):
    with site.served() as start:
        visit = Visit(start, tmp_path)
        visit.run()
    assert visit.pauses == [3.0] * (len(site.asked) - 1)


@pytest.mark.parametrize("stop_after", [1, 2, 3, 5, 6])
def test_an_interrupted_sweep_goes_on_with_the_same_result_and_asks_for_nothing_twice(
    site, tmp_path, stop_after
):
    with site.served() as start:
        (tmp_path / "whole").mkdir()
        whole, _ = Visit(start, tmp_path / "whole").run()
        site.asked.clear()
        Visit(start, tmp_path).run(stop_after=stop_after)
        again, _ = Visit(start, tmp_path).run()
    assert again == whole
    documents = [path for path in site.asked if path != "/robots.txt"]
    assert len(documents) == len(set(documents)) == len(whole)


def test_what_could_not_be_reached_is_asked_for_again_and_leaves_a_hole(site, tmp_path):
    site.put("/data/list.csv", b"", 503)
    with site.served() as start:
        lines, _ = Visit(start, tmp_path).run()
        assert by_path(lines)["/data/list.csv"] == "status-503"
        site.put("/data/list.csv", LIST, content_type="text/csv")
        lines, _ = Visit(start, tmp_path).run()
    assert by_path(lines)["/data/list.csv"] == "findings"


def test_results_of_another_sweep_are_not_gone_on_with(site, tmp_path):
    with site.served() as start:
        Visit(start, tmp_path).run(stop_after=1)
        with pytest.raises(UsageError) as refused:
            Visit(f"{start}a.html", tmp_path).run()
    assert refused.value.code == "results-of-another-sweep"


def test_bounds_of_number_and_time_leave_a_hole_that_is_said(site, tmp_path):
    with site.served() as start:
        few, source = Visit(start, tmp_path, Politeness(most_documents=2, delay=0)).run()
        assert len(few) == 2
        assert source.holes()[0].startswith("It stopped at 2 documents; ")
        (tmp_path / "short").mkdir()
        _, source = Visit(start, tmp_path / "short", Politeness(most_seconds=4, delay=3)).run()
    assert source.holes()[0].startswith("It stopped after its time; ")


def test_a_document_larger_than_the_bound_is_not_taken_for_clear(site, tmp_path):
    with site.served() as start:
        lines, _ = Visit(start, tmp_path, Politeness(most_bytes=len(LIST) - 1, delay=0, robots=False)).run()
    assert by_path(lines) == {"/": "too-large"}


@pytest.mark.parametrize("most", [10_000, len(CLEAR) + 5])
def test_a_compressed_answer_is_unpacked_within_the_bound(tmp_path, most):
    site = WebSite()
    site.put("/", gzip.compress(CLEAR + b"east,1\n" * 3000), content_type="text/csv", content_encoding="gzip")
    with site.served() as start:
        lines, _ = Visit(start, tmp_path, Politeness(most_bytes=most, delay=0)).run()
    assert by_path(lines) == {"/": "too-large"}


def test_robots_that_cannot_be_had_forbid_everything(site, tmp_path):
    site.put("/robots.txt", b"", 500)
    with site.served() as start:
        lines, source = Visit(start, tmp_path).run()
    assert lines == []
    assert source.holes()[0].startswith("robots.txt cannot be had")


def test_the_sites_own_people_may_look_behind_robots(site, tmp_path):
    with site.served() as start:
        lines, source = Visit(start, tmp_path, Politeness(robots=False, delay=0)).run()
    assert by_path(lines)["/private/x.csv"] == "findings"
    assert source.holes() == []
    assert "/robots.txt" not in site.asked


def test_a_list_of_addresses_that_robots_name_is_followed(tmp_path):
    site = WebSite()
    site.page("/")
    site.put("/unlinked.csv", LIST, content_type="text/csv")
    with site.served() as start:
        site.put("/robots.txt", f"Sitemap: {start}map.xml\n".encode())
        listed = f'<?xml version="1.0"?><urlset><url><loc>{start}unlinked.csv</loc></url></urlset>'
        site.put("/map.xml", listed.encode(), content_type="application/xml")
        lines, _ = Visit(start, tmp_path).run()
    assert by_path(lines)["/unlinked.csv"] == "findings"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("HTTP://Agency.Example:80/a b?q=1#x", "http://agency.example/a%20b?q=1"),
        ("https://agency.example", "https://agency.example/"),
        ("https://user:word@agency.example/", None),
        ("ftp://agency.example/", None),
        ("javascript:alert(1)", None),
    ],
)
def test_an_address_has_one_form(address, expected):
    assert normal(address) == expected


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("https://agency.example/x", True),
        ("http://agency.example/x", True),
        ("https://www.agency.example/", False),
        ("https://agency.example.evil.example/", False),
        ("https://agency.example:8443/", False),
    ],
)
def test_another_host_or_port_is_another_site(other, same):
    assert same_host(other, "https://agency.example/") is same


def test_nothing_is_written_beside_the_results(site, tmp_path):
    with site.served() as start:
        Visit(start, tmp_path).run()
    assert [path.name for path in Path(tmp_path).iterdir()] == ["results.jsonl"]
