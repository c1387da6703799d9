"""A real Chromium for the pages and reports, driven by Playwright, with no way out of this machine.

The browser is the machine's own (Debian's package ``chromium``); Playwright downloads nothing. Where
there is none, the tests are skipped and say so; with ``AMENDS_REQUIRE_CHROMIUM=1``, as in CI, they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    # Chromium's own sandbox wants a user who is not root; what it opens here are our own pages.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LOCAL_SCHEMES = frozenset({"file", "data", "blob", "about"})
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium with an empty profile. It ends with its module, since its event loop runs in this
    thread, where no other loop can run beside it."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        reason = "no Chromium: install Debian's package chromium"
        if os.environ.get("AMENDS_REQUIRE_CHROMIUM"):
            pytest.fail(f"AMENDS_REQUIRE_CHROMIUM is set, and there is {reason}", pytrace=False)
        pytest.skip(reason)
    # Playwright's event loop runs in this thread, and Django takes that for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=list(_FLAGS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page, 1280 by 900. The test fails when the page asks for anything beyond this machine."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    refused: list[str] = []

    def stay_here(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in _LOCAL_SCHEMES or address.hostname in _LOCAL_HOSTS:
            route.continue_()
        else:
            refused.append(address.hostname or address.scheme)
            route.abort()

    context.route("**/*", stay_here)
    yield context.new_page()
    context.close()
    assert not refused, f"the page asked for {sorted(set(refused))}"
