"""The numbers of a scenario, section by section, as they stand in its file.

Which of them can be true together is for `amends.drill.scenarios` to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class ListPlan:
    """The leaked sheet: how many are in it, and what had become of them when it was posted."""

    rows: int
    as_of: date
    in_custody_at_leak: int
    removed_before_leak: int
    hidden_rows: int
    unregistered_rows: int

    @property
    def released_before_leak(self) -> int:
        """Listed people who had been released between the as-of date and the leak."""
        return self.rows - self.in_custody_at_leak - self.removed_before_leak


@dataclass(frozen=True, slots=True)
class Instants:
    """When the document was exposed, reported, removed, and when the hold stood; all in UTC."""

    exposed: datetime
    reported: datetime
    removed: datetime
    hold: datetime


@dataclass(frozen=True, slots=True)
class SecondIncidentPlan:
    """A second list that overlaps the first (R17)."""

    at: datetime
    people: int
    in_first_leak: int
    nationality: str


@dataclass(frozen=True, slots=True)
class RegistryPlan:
    """Shares, between 0 and 1, of people in the registry; see the comments in the scenario file."""

    others_in_custody: float
    never_detained: float
    representative_listed: float
    representative_others: float
    no_contact: float
    deceased: float
    final_order: float
    kin_pairs: float
    canary_names: float


@dataclass(frozen=True, slots=True)
class SlipRates:
    """Share of leaked rows with each slip; one row may have several."""

    name_typo: float
    surname_dropped: float
    names_swapped: float
    surnames_reversed: float
    other_spelling: float
    second_given_dropped: float
    date_day_month_swapped: float
    date_digit: float
    date_missing: float
    date_as_text: float
    identifier_missing: float
    identifier_digit: float
    identifier_transposed: float
    identifier_as_number: float
    identifier_dashed: float


@dataclass(frozen=True, slots=True)
class LogPlan:
    """The web server's access log around the leak."""

    url: str
    begins: datetime
    hours: int
    rotated: datetime
    utc_offset_minutes: int
    lines: int
    hole_begins: datetime
    hole_minutes: int
    own_network: str
    monitor_agent: str

    @property
    def ends(self) -> datetime:
        """End of the logged time, exclusive."""
        return self.begins + timedelta(hours=self.hours)

    @property
    def hole_ends(self) -> datetime:
        """End of the stretch without any line, exclusive; equal to its beginning where there is none."""
        return self.hole_begins + timedelta(minutes=self.hole_minutes)


@dataclass(frozen=True, slots=True)
class ReaderPlan:
    """Clients that asked for the leaked document, counted by what each obtained."""

    full: int
    full_after_redirect: int
    complete_by_ranges: int
    partial: int
    aborted: int
    revalidation: int
    headers_only: int
    crawler_full: int
    own_full: int
    own_headers_only: int
    monitor_headers_only: int
    denied: int
    lost_in_hole: int
