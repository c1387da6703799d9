"""The arrows between the parts of an Office Open XML package, and those that lead out of it (ECMA-376 part 2, 6.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from amends.scan.formats._xml import Attributes, parse_elements
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece, UntrustedUnread

_HYPERLINK: Final = "hyperlink"


class Arrow(NamedTuple):
    """One relationship of one part."""

    identifier: str
    kind: str
    """Last step of the relationship's type: ``worksheet``, ``styles``, ``hyperlink`` ..."""
    target: str
    """Name of the part inside the package, lower case; for an arrow to the outside, the target as it is written."""
    external: bool


def part_key(name: str) -> str:
    """Return the name by which parts are compared: part names are case-insensitive (ECMA-376 part 2, 6.2.2)."""
    return name.replace("\\", "/").lstrip("/").lower()


def relationships_part(part: str) -> str:
    """Return the name of the part that holds the relationships of ``part`` (``""`` for the package)."""
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels".lstrip("/")


def arrows_of(package: ZipPackage, part: str) -> list[Arrow]:
    """Return all arrows that leave a part. Raises `UnreadableError` where their list is damaged."""
    listing = relationships_part(part)
    folder = part.rpartition("/")[0]
    found: list[Arrow] = []
    if listing not in package:
        return found
    if (known := package.remembered(listing)) is not None:
        return list(known)

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            external = attributes.get("TargetMode", "").lower() == "external"
            target = attributes.get("Target", "")
            where = target if external else part_key(_resolved(folder, target.partition("#")[0]))
            found.append(Arrow(attributes.get("Id", ""), kind, where, external))

    parse_elements(package.chunks(listing), start)
    package.remember(listing, tuple(found))
    return found


def reachable_parts(package: ZipPackage) -> set[str]:
    """Return the keys of all parts that arrows lead to, step by step, from the package itself."""
    reached = {""}
    waiting = [""]
    while waiting:
        for arrow in _readable_arrows(package, waiting.pop()):
            if not arrow.external and arrow.target not in reached:
                reached.add(arrow.target)
                waiting.append(arrow.target)
    return reached


def read_external_targets(package: ZipPackage) -> Iterator[UntrustedPiece]:
    """Yield the target of every arrow that leads out of the package, and each list of arrows that is damaged."""
    for name in ["", *package.names()]:
        if name.lower().endswith(".rels") or relationships_part(name) not in package:
            continue
        try:
            arrows = arrows_of(package, name)
        except UnreadableError as problem:
            yield UntrustedUnread(relationships_part(name), problem.code)
            continue
        for arrow in arrows:
            if arrow.external and arrow.target:
                hidden = "link-address" if arrow.kind == _HYPERLINK else "relationship-target"
                where = (name,) if name else ()
                yield UntrustedPart(
                    (*where, f"relationship {arrow.identifier}"), "link", hidden, arrow.target
                )


def _readable_arrows(package: ZipPackage, part: str) -> list[Arrow]:
    try:
        return arrows_of(package, part)
    except UnreadableError:
        return []


def _resolved(folder: str, target: str) -> str:
    steps = [] if target.startswith("/") else folder.split("/")
    for step in target.replace("\\", "/").split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(step for step in steps if step)
