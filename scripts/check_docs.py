"""Checks the pages: every link leads somewhere, every anchor exists, every page can be found from the index.

Links to other hosts are only checked for form: the check needs no network.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
TOP_PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")


def faults_of_pages(pages: list[Path], root: Path) -> list[str]:
    """Return one sentence for each link of these pages that leads nowhere."""
    faults: list[str] = []
    for page in pages:
        shown = page.relative_to(root)
        for target in links_of(page.read_text(encoding="utf-8")):
            if re.match(r"(https?|mailto):", target):
                continue
            path_part, _, anchor = target.partition("#")
            aim = (page.parent / path_part).resolve() if path_part else page
            if not aim.exists():
                faults.append(f"{shown}: no such file: {target}")
            elif not aim.is_relative_to(root):
                faults.append(f"{shown}: leads out of the repository: {target}")
            elif anchor and aim.suffix == ".md" and anchor not in anchors_of(aim.read_text(encoding="utf-8")):
                faults.append(f"{shown}: no such heading: {target}")
    return faults


def unreachable_pages(start: Path, pages: list[Path]) -> list[Path]:
    """Return the pages that no chain of links from ``start`` leads to."""
    seen: set[Path] = set()
    waiting = [start]
    while waiting:
        page = waiting.pop()
        if page in seen or not page.is_file():
            continue
        seen.add(page)
        if page.suffix == ".md":
            for target in links_of(page.read_text(encoding="utf-8")):
                path_part = target.partition("#")[0]
                if path_part and not re.match(r"(https?|mailto):", target):
                    waiting.append((page.parent / path_part).resolve())
    return [page for page in pages if page not in seen]


def links_of(text: str) -> list[str]:
    """Return the targets of the links of a page, without those shown inside code."""
    prose = _CODE.sub("", _FENCE.sub("", text))
    return [link or image for link, image in _LINK.findall(prose)]


def anchors_of(text: str) -> set[str]:
    """Return the anchors that the usual renderers make of the headings."""
    anchors: set[str] = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        words = re.sub(r"[^\w\s-]", "", heading.lower())
        anchors.add(re.sub(r"\s", "-", words))
    return anchors


def main() -> int:
    """Check the pages of this checkout."""
    pages = sorted(DOCS.rglob("*.md")) + [ROOT / name for name in TOP_PAGES]
    faults = faults_of_pages(pages, ROOT)
    lost = unreachable_pages(ROOT / "README.md", pages)
    faults += [f"{page.relative_to(ROOT)}: no page leads here" for page in lost]
    for fault in faults:
        print(fault)
    if not faults:
        print(f"docs: {len(pages)} pages, every link leads somewhere")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
