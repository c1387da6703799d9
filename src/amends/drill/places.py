"""Invented facilities, streets and towns. None of them exists; addresses carry the canary."""

from __future__ import annotations

from typing import Final

FACILITIES: Final = tuple(
    f"{town} {kind}"
    for kind in ("Processing Center", "Detention Center", "County Jail")
    for town in (
        "Alder Flats",
        "Bitter Creek",
        "Cedar Mesa",
        "Dry Fork",
        "Elk Crossing",
        "Far Hills",
        "Granite Bend",
        "Heron Lake",
        "Iron Gulch",
        "Juniper Wash",
    )
)
FIELD_OFFICES: Final = ("North", "South", "East", "West", "Central", "Border")
PROGRAMS: Final = (
    "Border handover",
    "Local arrest",
    "Fugitive operations",
    "Port of entry",
    "Criminal referral",
)
STREETS: Final = (
    "Acorn Street",
    "Birch Avenue",
    "Clover Road",
    "Dogwood Lane",
    "Elm Court",
    "Fern Way",
    "Gorse Hill",
)
TOWNS: Final = (
    "Northfield, ZA",
    "Eastbrook, ZB",
    "Southport, ZC",
    "Westvale, ZD",
    "Midvale, ZE",
    "Lakeside, ZF",
)
FIRMS: Final = (
    "Open Door Legal Aid",
    "Harbor Law Group",
    "Bridge Immigration Clinic",
    "Lantern Counsel",
    "Solo practice",
)
