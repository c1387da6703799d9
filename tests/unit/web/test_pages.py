"""The pages: behind a login, read-only, the report's own figures, no person, and nothing from elsewhere."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import URLPattern, get_resolver, reverse

from tests.small_incident import ledger_dump
from tests.unit.web.conftest import PASSWORD

OPEN_TO_ALL = {"login"}
UNSAFE = ("post", "put", "patch", "delete")


def every_address(reference: str) -> dict[str, str]:
    """Return name → address for the whole URL table; a nested table would show up as no pattern."""
    found = {}
    for pattern in get_resolver().url_patterns:
        assert isinstance(pattern, URLPattern), "a nested table of addresses: walk it too"
        names = pattern.pattern.regex.groupindex
        assert set(names) <= {"reference"}, "an address holds something else than a reference"
        found[str(pattern.name)] = reverse(str(pattern.name), kwargs=dict.fromkeys(names, reference))
    return found


def test_every_page_but_the_login_demands_a_login(shown, visitor):
    addresses = every_address(shown.reference)
    assert set(addresses) >= {"incidents", "incident", "login", "logout"}
    for name, address in addresses.items():
        answer = visitor.get(address)
        if name in OPEN_TO_ALL:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={address}"), name
        assert shown.reference not in answer.content.decode()


def test_an_address_that_leads_nowhere_gives_nothing_away(shown, visitor):
    for address in ("/admin/", "/incidents/", "/register.parquet", f"/incidents/{shown.reference}"):
        answer = visitor.get(address)
        assert answer.status_code in (301, 302, 404)
        assert shown.reference not in answer.content.decode()


@pytest.mark.parametrize("method", UNSAFE)
def test_no_page_takes_a_change(shown, reader, method):
    before = ledger_dump(shown.home)
    for name in ("incidents", "incident"):
        answer = getattr(reader, method)(every_address(shown.reference)[name], {"closed_at": "now"})
        assert answer.status_code == 405
    assert ledger_dump(shown.home) == before


def test_reading_the_pages_changes_nothing_in_the_ledger(shown, reader):
    before = ledger_dump(shown.home)
    reader.get("/")
    reader.get(f"/incidents/{shown.reference}/")
    assert ledger_dump(shown.home) == before


def test_the_login_takes_the_right_password_alone(shown, visitor):
    wrong = visitor.post("/login/", {"username": "reader", "password": "wrong"})
    assert wrong.status_code == 200
    assert "do not fit" in wrong.content.decode()
    nobody = visitor.post("/login/", {"username": "nobody", "password": "wrong"})
    assert "do not fit" in nobody.content.decode()
    right = visitor.post("/login/", {"username": "reader", "password": PASSWORD, "next": "/"})
    assert (right.status_code, right["Location"]) == (302, "/")
    cookie = right.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


def test_the_login_leads_to_no_other_site(visitor):
    answer = visitor.post(
        "/login/", {"username": "reader", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/"


def test_a_forged_form_is_refused(shown):
    from django.contrib.auth.models import User
    from django.test import Client

    strict = Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=True)
    assert strict.post("/login/", {"username": "reader", "password": PASSWORD}).status_code == 403
    strict.force_login(User.objects.get())
    assert strict.post("/logout/").status_code == 403


def test_logging_out_ends_the_session(shown, reader):
    assert reader.get("/").status_code == 200
    assert reader.post("/logout/").status_code == 302
    assert reader.get("/").status_code == 302


def test_another_host_name_is_refused(shown, reader):
    assert reader.get("/", headers={"host": "evil.example"}).status_code == 400


def test_the_page_shows_the_figures_of_the_report(shown, reader):
    page = reader.get(f"/incidents/{shown.reference}/").content.decode()
    report = (shown.out / "report.html").read_text(encoding="utf-8")

    def figures(html: str) -> list[tuple[str, ...]]:
        rows = re.findall(r"<tr><td>([^<]+)<details>.*?</details></td>(.*?)</tr>", html, re.S)
        return [(title, *re.findall(r">([^<>\s]+)<", cells)) for title, cells in rows]

    published = json.loads((shown.out / "figures.json").read_text(encoding="utf-8"))
    assert figures(page) == figures(report)
    assert len(figures(page)) == len(published)
    assert [int(row[1].replace(",", "")) for row in figures(page)] == list(published.values())


def test_the_list_shows_each_incident_with_what_is_open(shown, reader):
    page = reader.get("/").content.decode()
    assert shown.reference in page
    assert re.search(r"\b\d+ holds", page)
    assert re.search(r"\b\d+ notices", page)


def test_no_page_names_an_affected_person_or_a_recipient(shown, reader):
    for address in ("/", f"/incidents/{shown.reference}/"):
        page = reader.get(address).content.decode()
        assert shown.incident.people.found_in(page) == []
        for line in (shown.out / "recipients.csv").read_text(encoding="utf-8").splitlines()[1:]:
            assert line.split(",")[0] not in page


@pytest.mark.parametrize("place", ["/", "incident", "/login/"])
def test_every_page_forbids_scripts_frames_caches_and_other_sites(shown, reader, place):
    address = f"/incidents/{shown.reference}/" if place == "incident" else place
    answer = reader.get(address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin")
    assert "no-store" in answer["Cache-Control"]
    assert re.search(r"<script|\bsrc=|@import|<link", answer.content.decode()) is None


def test_a_title_that_is_a_script_is_shown_and_not_run(shown, reader):
    from amends.ledger.models import Incident

    Incident.objects.update(title="<script>alert(1)</script> & <b>bold</b>")
    for address in ("/", f"/incidents/{shown.reference}/"):
        page = reader.get(address).content.decode()
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_an_incident_that_is_not_there_is_not_found_and_others_are_not_named(shown, reader):
    answer = reader.get("/incidents/2099-01-01-0000000000/")
    assert answer.status_code == 404
    assert shown.reference not in answer.content.decode()


def test_a_fault_in_a_page_shows_no_detail(shown, reader, monkeypatch):
    from amends.web import views

    def broken(_reference):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(views, "find_incident", broken)
    reader.raise_request_exception = False
    answer = reader.get(f"/incidents/{shown.reference}/")
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
