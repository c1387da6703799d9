"""Writes src/amends/scan/identifiers/rules.txt: every rule of ``rules/*.toml``, checked, one a line.

``--check`` writes nothing, and ends with 1 when the file is not what would be written.
"""

from __future__ import annotations

import json
import sys
from typing import Final

from amends.scan.identifiers.rules import GENERATED, written_rules

_HEADING: Final = (
    "# Generated from rules/*.toml by `make rules`; `make check` fails when it is out of date.\n"
)


def generated() -> str:
    """Return what the file must hold."""
    entries = written_rules().values()
    return _HEADING + "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


def main(arguments: list[str]) -> int:
    """Write the file, or say that it is out of date."""
    content = generated()
    if "--check" in arguments:
        if GENERATED.is_file() and GENERATED.read_text(encoding="utf-8") == content:
            return 0
        print(f"{GENERATED.name} is out of date: run `make rules`", file=sys.stderr)
        return 1
    GENERATED.write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
