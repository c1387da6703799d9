"""Sweeps a source: gets each document, judges it, keeps its line, and learns where it leads."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from amends.cli.sweeping.documents import Content, Document, MissedError, Source, file_name
from amends.cli.sweeping.results import Results
from amends.scan.judging import Judge
from amends.scan.nameless_file import nameless_file
from amends.scan.opening import read_parts
from amends.scan.parts import Part, Summary

_LINK: Final = "link-address"
_PAGES: Final = ("html", "xml", "svg")
_MOST_LINKS: Final = 20_000
_EXIT: Final = {"clear": 0, "findings": 1, "incomplete": 3}


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep."""

    source: Source
    results: Results
    judge: Judge

    def run(self) -> Iterator[dict[str, Any]]:
        """Yield the line of each document, those of an interrupted sweep before it included."""
        for document in self.source.documents():
            line = self.results.finished(document.address, document.key)
            if line is None:
                line = self._looked_at(document)
                self.results.add(line)
            self.source.learn(document.address, line["links"])
            yield line

    def _looked_at(self, document: Document) -> dict[str, Any]:
        line: dict[str, Any] = {
            "address": document.address,
            "key": document.key,
            "finished": True,
            "links": [],
        }
        try:
            got = document.read()
        except MissedError as missed:
            missed_line = {"missed": missed.code, "gone": missed.gone, "finished": missed.final}
            return {**line, **missed_line}
        if got.links_to:
            return {**line, "links": [got.links_to], "moved": True}
        return {**line, **self._judged(document, got)}

    def _judged(self, document: Document, got: Content) -> dict[str, Any]:
        with nameless_file(file_name(document.address, got.media_type)) as (stream, path):
            stream.write(got.content)
            stream.flush()
            judged = self.judge(path)
            links = links_in(path)
        sha256 = hashlib.sha256(got.content).hexdigest()
        return {"sha256": sha256, "size": len(got.content), **judged.as_json(), "links": links}


def links_in(path: Path) -> list[str]:
    """Return where the links of a page, or the entries of a site's map, lead, each once.

    Only a child process opens the page.
    """
    summary = Summary()
    found: dict[str, None] = {}
    for part in read_parts(path, summary):
        if isinstance(part, Part) and _leads_on(part) and len(found) < _MOST_LINKS:
            found.setdefault(part.text)
    outermost = summary.formats[0].format if summary.formats else ""
    return list(found) if outermost in _PAGES else []


def _leads_on(part: Part) -> bool:
    # https://www.sitemaps.org/protocol.html: an address of the map is the text of an element "loc".
    return part.hidden == _LINK or (part.kind == "text" and part.provenance.steps[-1].endswith("/loc"))


@dataclass(slots=True)
class Totals:
    """What a sweep came to."""

    verdicts: Counter[str]
    missed: Counter[str]
    gone: int = 0
    moved: int = 0

    def take(self, line: dict[str, Any]) -> None:
        """Count one line."""
        if line.get("moved"):
            self.moved += 1
        elif "missed" in line:
            self.gone += line["gone"]
            self.missed.update([] if line["gone"] else [line["missed"]])
        else:
            self.verdicts[line["verdict"]] += 1

    def exit_code(self, holes: list[str]) -> int:
        """Return 1 for findings, 3 where anything was not looked into, whatever else was clear; 0 otherwise."""
        codes = [_EXIT[verdict] for verdict in self.verdicts]
        if self.missed or holes or not self.verdicts:
            codes.append(3)
        return max(codes)
