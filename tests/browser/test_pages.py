"""The pages and the report in a real Chromium: they open, they are legible, they ask for nothing from elsewhere."""

from __future__ import annotations

import json
import struct
import zlib

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PASSWORD, Served

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def watched(page: Page) -> list[str]:
    """Return a list that fills with whatever the browser complains of."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def log_in(page: Page, served: Served) -> None:
    page.goto(served.address + "/")
    page.get_by_label("Name").fill("reader")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(served.address + "/")


def variety_of(picture: bytes) -> int:
    """Return how many different bytes the unpacked pixels of a PNG have: of a blank page, a handful."""
    place, packed = len(_PNG_SIGNATURE), b""
    while place < len(picture):
        length, kind = struct.unpack_from(">I4s", picture, place)
        packed += picture[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += length + 12
    return len(set(zlib.decompress(packed)))


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def test_an_operator_logs_in_opens_the_incident_and_sees_the_figures(page: Page, served: Served):
    complaints = watched(page)
    log_in(page, served)
    page.get_by_role("link").filter(has_text="Document exposed").click()
    page.wait_for_url(f"{served.address}/incidents/{served.incident.reference}/")
    figures = json.loads((served.incident.out / "figures.json").read_text(encoding="utf-8"))
    shown = page.locator(".key-figure").filter(has_text="people").first.inner_text()
    assert str(figures["persons"]) in shown
    assert "4 h 19 min" in page.inner_text("body")
    assert variety_of(page.screenshot()) > 100
    assert complaints == []


def test_whoever_has_not_logged_in_sees_the_login_and_nothing_else(page: Page, served: Served):
    page.goto(f"{served.address}/incidents/{served.incident.reference}/")
    assert page.url.startswith(f"{served.address}/login/")
    assert "4 h 19 min" not in page.inner_text("body")


def test_a_wrong_password_is_refused_in_words(page: Page, served: Served):
    page.goto(served.address + "/login/")
    page.get_by_label("Name").fill("reader")
    page.get_by_label("Password").fill("something else entirely")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("alert").wait_for()
    assert "do not fit" in page.get_by_role("alert").inner_text()


def test_logging_out_closes_the_pages(page: Page, served: Served):
    log_in(page, served)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(served.address + "/login/")
    page.goto(served.address + "/")
    assert page.url.startswith(f"{served.address}/login/")


@pytest.mark.parametrize("place", ["login", "list", "incident"])
def test_a_page_fits_a_telephone(page: Page, served: Served, place):
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    if place == "login":
        page.goto(served.address + "/login/")
    else:
        log_in(page, served)
    if place == "incident":
        page.goto(f"{served.address}/incidents/{served.incident.reference}/")
    assert overflow(page) <= 0


def test_the_measure_of_overflow_sees_one(page: Page):
    """The twin: a page that is too wide is found to be."""
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.set_content("<div style='inline-size:900px'>wide</div>")
    assert overflow(page) > 400
    page.set_content("")
    assert variety_of(page.screenshot()) < 10


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_report_opens_from_the_disk_without_a_network(page: Page, report, size):
    complaints = watched(page)
    page.context.set_offline(True)
    page.set_viewport_size(size)
    page.goto(report.as_uri())
    assert "4 h 19 min" in page.inner_text("body")
    assert page.locator("svg").count() >= 2
    assert overflow(page) <= 0
    assert variety_of(page.screenshot()) > 100
    assert complaints == []


def test_the_query_behind_a_figure_opens_with_a_click(page: Page, report):
    page.goto(report.as_uri())
    query = page.locator("table.figures details").first
    assert not query.locator("code").is_visible()
    query.locator("summary").click()
    assert "SELECT COUNT(*)" in query.locator("code").inner_text()
