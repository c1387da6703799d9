"""The indexes of known people that a screening is given, each with the key that fits it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.scan.known.index import CurrentIndex

KnownOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--known", help="Index of people who must be found (amends known build); may be given again."
    ),
]
KeyFilesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--key-file",
        help="Key of an index, kept apart from it; may be given again.",
        envvar="AMENDS_KNOWN_KEY",
    ),
]


def opened_indexes(
    indexes: Sequence[Path] | None, key_files: Sequence[Path] | None
) -> tuple[CurrentIndex, ...]:
    """Return the indexes, open, each under the one of the keys that it was built with.

    Raises `UsageError` ``known-key-missing`` where no key is given, ``known-without-index`` where only keys are, and
    what `KnownIndex` and `read_key` raise; ``index-key-wrong`` where no key fits.
    """
    if not indexes:
        if key_files:
            raise UsageError(
                "known-without-index",
                "A key is given, and no index that it belongs to.",
                hint="Add --known INDEX, or leave the key out.",
                where="--key-file",
            )
        return ()
    from amends.scan.known.index import CurrentIndex, KnownIndex
    from amends.scan.known.keys import Fingerprinter
    from amends.scan.known.secret import read_key

    if not key_files:
        raise UsageError(
            "known-key-missing",
            "An index of known people says nothing without its key.",
            hint="Add --key-file KEY, the file that it was built with.",
            where="--key-file",
        )
    fingerprinters = [Fingerprinter(read_key(path)) for path in key_files]
    of_check = {each.check_value: each for each in fingerprinters}
    opened = []
    for path in indexes:
        check = KnownIndex(path).description.contents.key_check
        opened.append(CurrentIndex(path, of_check.get(check, fingerprinters[0])))
    return tuple(opened)
