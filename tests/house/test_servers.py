"""The throw-away servers that other tests stand on do what they promise."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page

from tests import postgresql


def test_a_test_gets_an_empty_database_of_its_own(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
        encoding = connection.execute("SHOW server_encoding").fetchone()
    assert tables == (0,)
    assert encoding == ("UTF8",)


def test_a_stopped_cluster_leaves_no_server_and_stops_no_other(postgresql_server: str) -> None:
    try:
        cluster = postgresql.Cluster(postgresql.server_programs())
    except postgresql.NoPostgreSQLError as error:
        pytest.skip(str(error))
    cluster.start()
    with psycopg.connect(cluster.url) as connection:
        connection.execute("SELECT 1")
    cluster.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(cluster.url, connect_timeout=2)
    with psycopg.connect(postgresql_server) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_chromium_draws_a_page_from_a_file(page: Page, tmp_path: Path) -> None:
    document = tmp_path / "page.html"
    document.write_text("<!doctype html><title>Report</title><h1 dir=auto>تقرير</h1>", encoding="utf-8")
    page.goto(document.as_uri())
    assert page.title() == "Report"
    heading = page.locator("h1").bounding_box()
    assert heading is not None
    assert heading["width"] > 0
