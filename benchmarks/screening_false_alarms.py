"""How often rules find people where there are none: in the programs and manuals of the installed packages.

    python -m benchmarks.screening_false_alarms [--megabytes 60] [--show 5]

Most of what is found there is real: authors' mail addresses, numbers that a package for such numbers is tested with.
The packages whose very subject are such numbers are therefore counted apart. Whether one of the rest is false is for a
person to say: ``--show`` prints some of each kind, with their surroundings (public texts, on this machine only).
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from typing import Final

from rich.table import Table

from amends.scan.identifiers.text_detector import fast_engine, forms
from benchmarks.measuring import console, keep

_ABOUT_SUCH_NUMBERS: Final = (
    "stdnum",
    "phonenumbers",
    "faker",
    "presidio",
    "icalendar/tests",
    "Cryptodome/SelfTest",
)
_SURROUNDINGS: Final = 32


def main() -> None:
    """Judge the texts, print and keep the findings by kind."""
    from benchmarks.screening_material import programs_and_manuals

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=60)
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    places: dict[str, list[str]] = defaultdict(list)
    size = 0
    for name, text in programs_and_manuals(arguments.megabytes * 1_000_000):
        data = text.encode("utf-8", "replace")
        size += len(data)
        subject = name.startswith(_ABOUT_SUCH_NUMBERS)
        for span in fast_engine().spans(data):
            kind = forms()[span.rule][0].kind
            counts[subject][kind] += 1
            if not subject:
                around = data[max(0, span.start - _SURROUNDINGS) : span.end + _SURROUNDINGS]
                places[kind].append(f"{name}: {around.decode('utf-8', 'replace')!r}")
    shown = Table("kind", "findings", "in 5 MB", "in packages about such numbers")
    for kind in sorted(counts[True] | counts[False], key=lambda kind: -counts[False][kind]):
        found = counts[False][kind]
        shown.add_row(kind, f"{found:,}", f"{found * 5e6 / size:.2f}", f"{counts[True][kind]:,}")
    console().print(f"{size / 1e6:,.1f} MB")
    console().print(shown)
    for kind, listed in sorted(places.items()):
        for place in listed[:: max(1, len(listed) // max(1, arguments.show))][: arguments.show]:
            console().print(f"{kind}: {place}", markup=False)
    keep(
        "screening_false_alarms",
        {"bytes": size, "findings": counts[False], "about_such_numbers": counts[True]},
    )


if __name__ == "__main__":
    main()
