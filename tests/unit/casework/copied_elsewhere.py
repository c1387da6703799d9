"""Where copies of the hand-made ledger go, and where they are restored to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from amends.ledger.home import LedgerHome
from tests.ledger_cases import LedgerCase, working_on
from tests.unit.casework.hand_made import HandMade, act

if TYPE_CHECKING:
    from amends.ledger.backup.restoring import RestoredLedger
    from amends.ledger.chain import Entry


class Elsewhere:
    """Where copies go, and where a ledger is restored to."""

    def __init__(self, people: HandMade, folder: Path, url: str) -> None:
        self.people = people
        self.copy = folder / "copies" / "one"
        self.keys = folder / "vault"
        self.home = LedgerHome(folder / "restored" / "home")
        self.url = url

    def back_up(self) -> None:
        from amends.casework.back_up import back_up

        back_up(to=self.copy, keys_to=self.keys, act=act("nightly"))

    def restore(self, later: tuple[Entry, ...] = ()) -> RestoredLedger:
        from amends.ledger.backup.postgresql import PostgresqlLedger, server_at
        from amends.ledger.backup.restoring import Target, open_copy, restore_ledger

        self.home.folder.parent.mkdir(exist_ok=True)
        server = server_at(self.url) if self.url else None
        target = Target(self.home, PostgresqlLedger(server) if server else None)
        return restore_ledger(open_copy(self.copy, self.keys), target, later=later)

    @contextmanager
    def opened(self) -> Iterator[HandMade]:
        with working_on(self.home, self.url):
            yield replace(self.people, ledger=LedgerCase(self.home, self.url))


def kept_files(folder: Path) -> list[str]:
    """Return the files of a home by name, without locks, SQLite's own and the mark of a restore."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if not path.name.endswith((".lock", "-wal", "-shm", "restored")) and path.name != "gate"
    )
