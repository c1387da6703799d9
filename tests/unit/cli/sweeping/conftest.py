"""A small site on the loopback interface, and a judge that needs no child process."""

from __future__ import annotations

import http.server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amends.cli.sweeping.results import Results
from amends.cli.sweeping.site import Politeness, Site
from amends.cli.sweeping.sweep import Sweep
from amends.scan.audience_screening import Conditions
from amends.scan.judging import judge_for
from tests.loopback_servers import serving

LIST = b"Family name,Given name,Date of birth\nZzcanary,Ana,1990-01-02\nZzcanary,Bo,1991-01-02\n"
CLEAR = b"region,total\nnorth,12\nsouth,30\n"
REAL = judge_for(Conditions())


@dataclass
class WebSite:
    """What is published: path → status, headers, body. Notes down every request."""

    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        self.pages[path] = status, {name.replace("_", "-"): value for name, value in headers.items()}, body

    def page(self, path: str, *links: str) -> None:
        body = "<!doctype html><title>Page</title>" + "".join(
            f'<p><a href="{link}">More</a>' for link in links
        )
        self.put(path, body.encode(), content_type="text/html; charset=utf-8")

    @contextmanager
    def served(self) -> Iterator[str]:
        """Yield the address of the start page."""
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                status, headers, body = site.pages.get(self.path, (404, {}, b"none"))
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
            yield f"http://127.0.0.1:{port}/"


@dataclass
class Visit:
    """A sweep of a site with a clock of its own."""

    start: str
    folder: Path
    politeness: Politeness = Politeness(delay=2.0)
    time: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds

    def run(self, *, stop_after: int | None = None) -> tuple[list[dict[str, Any]], Site]:
        """Sweep; ``stop_after`` so many documents as a kill would, with half a line written."""
        site = Site(self.start, self.politeness, self.pause, lambda: self.time)
        file = self.folder / "results.jsonl"
        lines = []
        with Results(file, about={"place": self.start, "audience": "public"}) as results:
            for line in Sweep(site, results, REAL).run():
                lines.append(line)
                if len(lines) == stop_after:
                    break
        if stop_after is not None:
            with file.open("ab") as half:
                half.write(b'{"address": "http://')
        return lines, site
