"""Run by the Python of the peers' environment: what a peer makes of files. It imports nothing of ours.

    python reading.py texts PEER       a path a line on standard input; for each a line: all the text as JSON, or null
    python reading.py rows PEER PATH   how many rows of the first sheet, and in how many seconds

Each peer is asked for all that it offers: every part of its interface that gives text, not the shortest call.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_MOST_OBJECTS = 300_000


def by_openpyxl(path: str) -> str:
    """Return every string that the workbook's objects lead to: more than a caller would think of asking for."""
    import openpyxl

    workbook = openpyxl.load_workbook(path, keep_links=True, rich_text=True)
    found: list[str] = []
    seen: set[int] = set()
    waiting: list[Any] = [workbook]
    while waiting and len(seen) < _MOST_OBJECTS:
        thing = waiting.pop()
        if isinstance(thing, str):
            found.append(thing)
        elif (
            thing is not None and not isinstance(thing, int | float | bytes | type) and id(thing) not in seen
        ):
            seen.add(id(thing))
            waiting += _inside(thing)
    return "\n".join(found)


def _inside(thing: Any) -> list[Any]:
    if isinstance(thing, dict):
        return [*thing.keys(), *thing.values()]
    if isinstance(thing, list | tuple | set | frozenset):
        return list(thing)
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*getattr(thing, "__dict__", {}).values(), *(getattr(thing, name, None) for name in slots)]


def by_calamine(path: str) -> str:
    """Return the names and the cells of all sheets."""
    import python_calamine

    workbook = python_calamine.CalamineWorkbook.from_path(path)
    found = list(workbook.sheet_names)
    for name in workbook.sheet_names:
        found += [str(cell) for row in workbook.get_sheet_by_name(name).to_python() for cell in row]
    return "\n".join(found)


def by_pypdfium2(path: str) -> str:
    """Return the texts of all pages, the entries of Info, the bookmarks and the names of attachments."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    found = [page.get_textpage().get_text_range() for page in document]
    found += document.get_metadata_dict().values()
    found += [bookmark.get_title() for bookmark in document.get_toc()]
    found += [document.get_attachment(at).get_name() for at in range(document.count_attachments())]
    return "\n".join(found)


def by_pdfminer(path: str) -> str:
    """Return the texts of all pages."""
    from pdfminer.high_level import extract_text  # type: ignore[import-not-found]

    return str(extract_text(path))


def by_python_docx(path: str) -> str:
    """Return paragraphs, tables, headers, footers, comments and properties."""
    import docx  # type: ignore[import-not-found]

    document = docx.Document(path)
    stories: list[Any] = [document]
    for section in document.sections:
        stories += [section.header, section.footer, section.first_page_header, section.first_page_footer]
        stories += [section.even_page_header, section.even_page_footer]
    found = [text for story in stories for text in _story(story)]
    found += [f"{comment.author}\n{comment.text}" for comment in getattr(document, "comments", ())]
    return "\n".join([*found, *_properties(document.core_properties)])


def _story(story: Any) -> Iterator[str]:
    for paragraph in story.paragraphs:
        yield paragraph.text
    for table in story.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from _story(cell)


def _properties(properties: Any) -> list[str]:
    names = ("author", "category", "comments", "content_status", "identifier", "keywords", "language",
             "last_modified_by", "subject", "title", "version")  # fmt: skip
    return [str(getattr(properties, name)) for name in names]


def by_python_pptx(path: str) -> str:
    """Return the texts of all shapes on slides, layouts, masters and notes, and properties."""
    import pptx  # type: ignore[import-not-found]

    show = pptx.Presentation(path)
    found = _properties(show.core_properties)
    for slide in show.slides:
        found += _shapes(slide.shapes)
        if slide.has_notes_slide:
            found += _shapes(slide.notes_slide.shapes)
    for master in show.slide_masters:
        found += _shapes(master.shapes)
        for layout in master.slide_layouts:
            found += _shapes(layout.shapes)
    return "\n".join(found)


def _shapes(shapes: Any) -> list[str]:
    found: list[str] = []
    for shape in shapes:
        found.append(shape.name)
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if getattr(shape, "has_table", False):
            found += [cell.text for row in shape.table.rows for cell in row.cells]
        if hasattr(shape, "shapes"):
            found += _shapes(shape.shapes)
    return found


def by_kreuzberg(path: str) -> str:
    """Return its content, tables and metadata."""
    import kreuzberg  # type: ignore[import-not-found]

    result = kreuzberg.extract_file_sync(path)
    tables = [str(getattr(table, "cells", table)) for table in result.tables]
    return "\n".join([result.content, *tables, str(result.metadata)])


PEERS: dict[str, Callable[[str], str]] = {
    "openpyxl": by_openpyxl,
    "python-calamine": by_calamine,
    "python-docx": by_python_docx,
    "python-pptx": by_python_pptx,
    "pypdfium2": by_pypdfium2,
    "pdfminer.six": by_pdfminer,
    "kreuzberg": by_kreuzberg,
}


def rows(peer: str, path: str) -> int:
    """Return how many rows the first sheet has, read in the fastest way that the peer offers."""
    if peer == "openpyxl":
        import openpyxl

        return sum(
            1 for _ in openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
        )
    import python_calamine

    return len(python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def main(arguments: list[str]) -> None:
    """Do what is asked."""
    task, peer, *more = arguments
    if task == "rows":
        __import__({"openpyxl": "openpyxl", "python-calamine": "python_calamine"}[peer])
        begun = time.process_time()
        count = rows(peer, more[0])
        sys.stdout.write(json.dumps({"rows": count, "seconds": time.process_time() - begun}))
        return
    answers, sys.stdout = sys.stdout, sys.stderr  # what a peer prints is no answer
    for line in sys.stdin:
        try:
            text: str | None = PEERS[peer](str(Path(line.rstrip("\n"))))
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - a peer that fails has found nothing, Rust's panics included
            text = None
        answers.write(json.dumps(text) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
