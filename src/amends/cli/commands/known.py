"""`amends known`: the index by which a release is searched for the organisation's own people."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console

from amends.cli.options import JsonOption
from amends.cli.private_files import write_for_owner

if TYPE_CHECKING:
    from amends.scan.known.layout import Description

known = typer.Typer(
    help="Know the organisation's own people: an index of keyed fingerprints, in which nobody can read.",
    no_args_is_help=True,
)
_KEY_BYTES: Final = 16
_WORSE_THAN: Final = 2.0**-34
"""From this chance of a collision on an index should be built anew."""

MapOption = Annotated[
    Path, typer.Option("--map", help="Mapping whose section [registry] says which column means what.")
]
KeyFileOption = Annotated[
    Path, typer.Option("--key-file", help="Key of the index, made by `amends known new-key`.")
]
IndexArgument = Annotated[Path, typer.Argument(help="An index that `amends known build` wrote.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(known, name="known")


@known.command("new-key")
def new_key(
    key_file: Annotated[Path, typer.Argument(help="File to be written, for its owner alone.")],
) -> None:
    """Make the key of an index. Keep it apart from the index: only together do they say who is in it."""
    from amends.scan.known.secret import write_key

    write_key(key_file, secrets.token_bytes(_KEY_BYTES))
    typer.echo(f"{key_file.name}: a new key, readable by its owner alone")


@known.command("build")
def build_index(
    registry: Annotated[Path, typer.Argument(help="The registry, as CSV or Parquet.")],
    mapping: MapOption,
    key_file: KeyFileOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="The index; one that stands is replaced.")],
    as_json: JsonOption = False,
) -> None:
    """Build an index of everybody in a registry. Readers of an older one go on undisturbed, and then take this one."""
    from amends.cli.known_registry import KnownRegistry
    from amends.scan.known.building import Reading, build

    read = KnownRegistry(registry, mapping)
    with _counting(shown=not as_json) as seen:
        reading = Reading(read.batches(), read.check_unchanged, seen)
        description = build(output, reading, _fingerprinter(key_file), datetime.now(UTC))
    _show(output, description, as_json=as_json)


@known.command("update")
def update_index(
    index: IndexArgument,
    changes: Annotated[
        list[Path],
        typer.Argument(
            help="Registry files, CSV or Parquet, with the people who came or whose data changed."
        ),
    ],
    mapping: MapOption,
    key_file: KeyFileOption,
    as_json: JsonOption = False,
) -> None:
    """Add people to an index. Whoever left stays in it until it is built anew."""
    from amends.cli.known_registry import KnownRegistry
    from amends.scan.known.building import Reading, update

    read = [KnownRegistry(path, mapping) for path in changes]

    def check_unchanged() -> None:
        for one in read:
            one.check_unchanged()

    with _counting(shown=not as_json) as seen:
        batches = (batch for one in read for batch in one.batches())
        reading = Reading(batches, check_unchanged, seen)
        description = update(index, reading, _fingerprinter(key_file), datetime.now(UTC))
    _show(index, description, as_json=as_json)


@known.command("info")
def show_index(
    index: IndexArgument,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check every byte against the checksums of the index.")
    ] = False,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="Say also whether this is the key of the index.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what an index holds: how many people and fingerprints, since when, and how often it is wrong."""
    from amends.scan.known.index import KnownIndex

    opened = KnownIndex(index)
    if key_file is not None:
        opened.check_key(_fingerprinter(key_file))
    if verify:
        opened.verify()
    _show(index, opened.description, as_json=as_json, verified=verify)


@known.command("who")
def name_people(
    index: IndexArgument,
    files: Annotated[list[Path], typer.Argument(help="Files in which people of the index were found.")],
    registry: Annotated[Path, typer.Option(help="The registry that the index was built of.")],
    mapping: MapOption,
    key_file: KeyFileOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="New file, for its owner alone.")],
) -> None:
    """Write the person ids of those who were found. The index cannot say it: only key and registry together do."""
    from amends.cli.known_registry import KnownRegistry
    from amends.scan.known.index import KnownIndex
    from amends.scan.known.matching import known_people
    from amends.scan.known.resolving import whose
    from amends.scan.opening import open_file

    fingerprinter = _fingerprinter(key_file)
    opened = KnownIndex(index)
    found = [one for file in files for one in known_people(open_file(file), opened, fingerprinter)]
    read = KnownRegistry(registry, mapping)
    matched = frozenset(mark for one in found for mark in one.matched)
    people = list(whose(matched, read.named_batches(), fingerprinter))
    read.check_unchanged()
    write_for_owner(output, "".join(f"{person}\n" for person in people).encode())
    typer.echo(f"{output.name}: {len(people):,} person ids, as confidential as the registry")


def _fingerprinter(key_file: Path) -> Any:
    from amends.scan.known.keys import Fingerprinter
    from amends.scan.known.secret import read_key

    return Fingerprinter(read_key(key_file))


class _counting:
    """Shows how many people have been read, on standard error."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._people = 0
        self._status: Any = None

    def __enter__(self) -> Callable[[int], None]:
        if self._shown:
            self._status = Console(stderr=True).status("reading the registry")
            self._status.start()
        return self._seen

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    def _seen(self, lines: int) -> None:
        self._people += lines
        if self._status is not None:
            self._status.update(f"reading the registry: {self._people:,} people")


def _show(path: Path, description: Description, *, as_json: bool, verified: bool = False) -> None:
    contents = description.contents
    facts: dict[str, Any] = {
        "index": path.name,
        "people": contents.people,
        "fingerprints": description.entries,
        "bytes": description.size,
        "bytes_per_fingerprint": round(description.size / max(1, description.entries), 2),
        "chance_of_collision": description.chance_of_collision,
        "chance_of_a_common_name": round(contents.common_names, 4),
        "chance_of_a_common_name_and_birthday": round(contents.common_births, 6),
        "built_at": contents.built_at,
        "updated_at": contents.updated_at,
        "updates": contents.updates,
        "made": dict(contents.counts),
        "left_out": dict(contents.left_out),
        "verified": verified,
    }
    if as_json:
        typer.echo(json.dumps(facts))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"{path.name}: {contents.people:,} people, {description.entries:,} fingerprints", markup=False
    )
    console.print(f"  built {contents.built_at}", end="")
    console.print(f", {contents.updates} updates, the last {contents.updated_at}" if contents.updates else "")
    console.print(f"  {description.size:,} bytes, {facts['bytes_per_fingerprint']} a fingerprint")
    console.print(
        f"  a look-up of somebody else matches by collision once in {1 / description.chance_of_collision:,.0f}"
    )
    console.print(
        f"  the name of another person of the same population is known already in {contents.common_names:.1%}"
    )
    for why, count in contents.left_out.items():
        console.print(f"  [yellow]left out:[/] {count:,} {why}")
    if description.chance_of_collision > _WORSE_THAN:
        console.print("  [yellow]it has grown by many updates: build it anew[/]")
    if verified:
        console.print("  every byte matches its checksum")
