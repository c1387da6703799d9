"""Which column of an export of actions means what, and which of its words is which kind of action."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from amends.link.mapping_sections import SectionReader, invalid
from amends.remedy.action_kinds import action_kinds
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class ActionMapping:
    """Section ``[actions]`` of a mapping file, checked."""

    source: str
    identifier: str
    kind: str
    """Column that says what was done; empty where ``fixed_kind`` says it for all."""
    at: str
    system: str
    """Column that names the system; empty where the export is one system's."""
    fixed_kind: str
    kinds: dict[str, str]
    """Their word, folded, to ours."""
    time_zone: str
    """In which times without an offset are meant; empty: such times are refused."""

    def our_kind(self, word: str) -> str:
        """Return our kind for their word, or the empty string for a word that nobody mapped."""
        folded = word.strip().casefold()
        return self.kinds.get(folded, folded if folded in action_kinds() else "")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return tuple(name for name in (self.identifier, self.kind, self.at, self.system) if name)


def load_action_mapping(path: Path) -> ActionMapping:
    """Read and check the mapping.

    Raises `UsageError` ``mapping-missing``, or ``mapping-invalid`` with the key that is wrong.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            "mapping-missing",
            "The mapping file does not exist.",
            hint="Give the path of the TOML file that says which column means what.",
            where=path.name,
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise UsageError(
            "mapping-invalid",
            "The mapping file cannot be read as TOML.",
            hint='Mend the syntax; keys are name = "column", sections stand in [brackets].',
            where=path.name,
        ) from None
    reader = SectionReader(path.name, document)
    section = reader.section("actions")
    reader.no_other_sections(("actions",))
    known = tuple(action_kinds())
    mapping = ActionMapping(
        source=path.name,
        identifier=section.required("identifier"),
        kind=section.text("kind"),
        at=section.required("at"),
        system=section.text("system"),
        fixed_kind=section.text("fixed_kind"),
        kinds={word.strip().casefold(): ours for word, ours in section.words("kinds", allowed=known).items()},
        time_zone=section.text("time_zone"),
    )
    section.no_other_keys()
    _check(mapping, known)
    return mapping


def _check(mapping: ActionMapping, known: tuple[str, ...]) -> None:
    if bool(mapping.kind) == bool(mapping.fixed_kind):
        raise invalid(
            mapping.source, "[actions] kind", "say what was done", "Map kind, or name one fixed_kind for all."
        )
    if mapping.fixed_kind and mapping.fixed_kind not in known:
        raise invalid(
            mapping.source,
            "[actions] fixed_kind",
            "there is no such kind of action",
            f"Choose from: {', '.join(known)}.",
        )
    if mapping.time_zone:
        try:
            ZoneInfo(mapping.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise invalid(
                mapping.source,
                "[actions] time_zone",
                "there is no such time zone",
                "Use an IANA name such as America/New_York.",
            ) from None
