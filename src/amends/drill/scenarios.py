"""What happens in a drill, as numbers: sizes, instants, rates of slips, who read the document.

The numbers live in ``scenarios/<name>.toml``; this module gives them types and checks that they can
be true together. It makes nothing: `amends.drill.making` does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from amends.drill.plans import (
    Instants,
    ListPlan,
    LogPlan,
    ReaderPlan,
    RegistryPlan,
    SecondIncidentPlan,
    SlipRates,
)
from amends.vocabulary.errors import UsageError

_FOLDER: Final = Path(__file__).with_name("scenarios")
_Plan = TypeVar("_Plan")
_FEWEST_ROWS: Final = 60
_FEWEST_LOG_LINES: Final = 5_000
_MARGIN: Final = timedelta(minutes=10)
_MOST_READERS: Final = 200


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that decides a drill, apart from the number of people in the registry and the seed.

    Raises `UsageError` ``drill-scenario-invalid`` when the numbers cannot be true together.
    """

    name: str
    list: ListPlan
    times: Instants
    harmed_removed_at: tuple[datetime, ...]
    """When each person was removed who was in custody at the leak and had not been told."""
    second_incident: SecondIncidentPlan
    registry: RegistryPlan
    slips: SlipRates
    access_log: LogPlan
    readers: ReaderPlan

    def __post_init__(self) -> None:
        for broken, what in self._contradictions():
            if broken:
                raise _invalid(self.name, what)

    @classmethod
    def load(cls, name: str = "custody-list") -> Scenario:
        """Return the scenario that comes with Amends under this name."""
        return cls.read(_FOLDER / f"{name}.toml")

    @classmethod
    def read(cls, path: Path) -> Scenario:
        """Return the scenario in this file.

        Raises `UsageError` ``drill-scenario-missing`` or ``drill-scenario-invalid``.
        """
        if not path.is_file():
            known = ", ".join(sorted(entry.stem for entry in _FOLDER.glob("*.toml")))
            raise UsageError(
                "drill-scenario-missing",
                f"there is no scenario {path.stem!r}",
                hint=f"Use one of: {known}; or give the path of a scenario file.",
            )
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise _invalid(path.stem, str(error)) from error
        return cls._from(content, path.stem)

    @classmethod
    def _from(cls, content: Mapping[str, Any], stem: str) -> Scenario:
        harmed = _section(content, "harmed", stem).get("removed_at", [])
        return cls(
            name=str(content.get("name", stem)),
            list=_plan(ListPlan, content, "list", stem),
            times=_plan(Instants, content, "times", stem),
            harmed_removed_at=tuple(harmed),
            second_incident=_plan(SecondIncidentPlan, content, "second_incident", stem),
            registry=_plan(RegistryPlan, content, "registry", stem),
            slips=_plan(SlipRates, content, "slips", stem),
            access_log=_plan(LogPlan, content, "access_log", stem),
            readers=_plan(ReaderPlan, content, "readers", stem),
        )

    @property
    def fewest_people(self) -> int:
        """The smallest registry that holds the list, the second list and somebody to confuse them with."""
        return 2 * (self.list.rows + self.second_incident.people)

    @property
    def as_of(self) -> datetime:
        """Midnight UTC at which the as-of date begins."""
        return datetime.combine(self.list.as_of, datetime.min.time(), tzinfo=UTC)

    def scaled(self, rows: int) -> Scenario:
        """Return the same incident with ``rows`` people in the list: proportions kept, instants unchanged.

        The harmed stay as many as the smaller list can hold, because few is what they are; so do the readers.
        Raises `UsageError` below 60 rows, where the cohorts would run empty.
        """
        if rows < _FEWEST_ROWS:
            raise _invalid(self.name, f"a list of {rows} rows is too small to hold every cohort")
        share = rows / self.list.rows
        in_custody = round(self.list.in_custody_at_leak * share)
        people = max(4, round(self.second_incident.people * share))
        overlap = min(people - 1, max(1, round(self.second_incident.in_first_leak * share)))
        return replace(
            self,
            list=replace(
                self.list,
                rows=rows,
                in_custody_at_leak=in_custody,
                removed_before_leak=max(1, round(self.list.removed_before_leak * share)),
                hidden_rows=max(1, round(self.list.hidden_rows * share)),
                unregistered_rows=round(self.list.unregistered_rows * share),
            ),
            harmed_removed_at=self.harmed_removed_at[: max(2, in_custody // 10)],
            second_incident=replace(self.second_incident, people=people, in_first_leak=overlap),
            access_log=replace(
                self.access_log, lines=max(_FEWEST_LOG_LINES, round(self.access_log.lines * share))
            ),
        )

    def _contradictions(self) -> tuple[tuple[bool, str], ...]:
        return (*self._contradictions_of_people(), *self._contradictions_of_the_log())

    def _contradictions_of_people(self) -> tuple[tuple[bool, str], ...]:
        plan, times, second = self.list, self.times, self.second_incident
        rates = [getattr(part, each.name) for part in (self.registry, self.slips) for each in fields(part)]
        shares = self.registry.others_in_custody + self.registry.never_detained
        return (
            (
                not self.as_of + timedelta(days=2)
                < times.exposed
                < times.reported
                <= times.removed
                < times.hold,
                "as_of (two days earlier), exposed, reported, removed, hold do not follow each other",
            ),
            (plan.released_before_leak < 0, "more people left custody than the list holds"),
            (
                len(self.harmed_removed_at) > plan.in_custody_at_leak,
                "more people harmed than were in custody",
            ),
            (
                any(not times.exposed <= at < times.hold for at in self.harmed_removed_at),
                "a person counts as harmed who was not removed between exposure and hold",
            ),
            (
                plan.unregistered_rows > plan.rows - plan.in_custody_at_leak,
                "more people are unregistered than had left custody",
            ),
            (second.in_first_leak > second.people, "the second list overlaps by more people than it holds"),
            (
                second.in_first_leak > plan.in_custody_at_leak - len(self.harmed_removed_at),
                "the second list overlaps by more people than are in custody",
            ),
            (any(not 0 <= rate <= 1 for rate in rates) or shares > 1, "a share lies outside 0 to 1"),
        )

    def _contradictions_of_the_log(self) -> tuple[tuple[bool, str], ...]:
        times, log, readers = self.times, self.access_log, self.readers
        hole_fits = times.exposed + _MARGIN <= log.hole_begins and log.hole_ends <= times.removed - _MARGIN
        return (
            (
                not log.begins <= log.rotated <= log.ends,
                "the log is rotated at a time that it does not cover",
            ),
            (
                not (log.begins + _MARGIN <= times.exposed and times.removed + _MARGIN <= log.ends),
                "the log does not cover the time of exposure and ten minutes about it",
            ),
            (
                log.hole_minutes > 0 and not hole_fits,
                "the hole in the log is nearer than ten minutes to the ends of the exposure",
            ),
            (
                bool((log.hole_begins - log.begins) % timedelta(minutes=1)),
                "the hole does not begin on a full minute of the log",
            ),
            (
                readers.lost_in_hole > 0 and not log.hole_minutes,
                "a reader is lost in a hole that is not there",
            ),
            (
                sum(getattr(readers, each.name) for each in fields(readers)) > _MOST_READERS,
                f"there are more than {_MOST_READERS} readers",
            ),
        )


def _section(content: Mapping[str, Any], name: str, stem: str) -> Mapping[str, Any]:
    section = content.get(name)
    if not isinstance(section, dict):
        raise _invalid(stem, f"there is no section [{name}]")
    return section


def _plan(kind: type[_Plan], content: Mapping[str, Any], name: str, stem: str) -> _Plan:
    section = _section(content, name, stem)
    try:
        return kind(**section)
    except TypeError as error:
        raise _invalid(stem, f"section [{name}] has a key too many or too few: {error}") from error


def _invalid(name: str, what: str) -> UsageError:
    return UsageError(
        "drill-scenario-invalid",
        f"scenario {name!r} cannot be used: {what}",
        hint="Compare it with the scenario custody-list, which carries a comment for each number.",
    )
