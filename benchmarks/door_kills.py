"""`python -m benchmarks.door_kills`: kills the watched folder at random moments; looks for lost and unscreened files.

The real program is started on an inbox with clear files and lists of people, and killed (SIGKILL) at a moment drawn
with a seed between its first look and the end that an undisturbed run takes. After each kill every byte must still be
somewhere and no list may be published; after another run each clear file is published once and each list is held
once. A twin that publishes before it screens must be found out. Ends with 1 otherwise.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from typer.testing import CliRunner

from amends.cli.main import app
from benchmarks.measuring import console, keep

KILLS: Final = int(os.environ.get("DOOR_KILLS", "200"))
KILLS_TWIN: Final = int(os.environ.get("DOOR_KILLS_TWIN", "40"))
SEED: Final = int(os.environ.get("SEED", "1"))
CLEAR: Final = {f"figures-{n}.csv": f"region,total\nnorth,{n}\nsouth,{n * 7}\n".encode() for n in range(4)}
_HEADER: Final = "Family name,Given name,Date of birth\n"
LISTS: Final = {
    f"list-{n}.csv": f"{_HEADER}Zzcanary,Ana,1990-01-{n + 10}\nZzcanary,Bo,1991-02-02\n".encode()
    for n in range(4)
}
_PROGRAM: Final = "from amends.cli.main import main; main()"
_TWIN: Final = """
import amends.cli.watching.round_ as round_
decided = round_.Doorway._decided
def publishing_first(self, entry, copied):
    self.outbox.publish(entry, copied)
    place = self.outbox.folder / copied.copy.name
    judged = self.judge(copied.copy)
    if not judged.passes:
        place.unlink()
    return decided(self, entry, copied)
round_.Doorway._decided = publishing_first
"""


@dataclass(frozen=True, slots=True)
class Door:
    """Three folders."""

    folder: Path

    def fill(self) -> Door:
        """Make them, and put the files into the inbox."""
        for name in ("inbox", "outbox", "quarantine"):
            (self.folder / name).mkdir(parents=True)
        for name, content in (CLEAR | LISTS).items():
            (self.folder / "inbox" / name).write_bytes(content)
        return self

    def words(self) -> list[str]:
        """Return the command that does what is to be done."""
        places = [str(self.folder / name) for name in ("inbox", "outbox", "quarantine")]
        words = ["watch", places[0], "--publish", places[1], "--quarantine", places[2]]
        return [*words, "--once", "--settle", "0"]

    def run(self) -> None:
        """Run the command to its end, in this process, whose screening is warm."""
        CliRunner().invoke(app, self.words())

    def start(self, before: str = "") -> subprocess.Popen[bytes]:
        """Start the program on them."""
        return subprocess.Popen(
            [sys.executable, "-c", before + _PROGRAM, *self.words()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def published(self) -> dict[str, bytes]:
        """Return what is published; drafts are not yet under any name that is published."""
        found = (self.folder / "outbox").iterdir()
        return {path.name: path.read_bytes() for path in found if not path.name.startswith(".")}

    def held(self) -> dict[str, bytes]:
        """Return what is in quarantine."""
        found = (self.folder / "quarantine").glob("[0-9a-f]*/*.csv")
        return {path.name: path.read_bytes() for path in found}

    def everything(self) -> set[bytes]:
        """Return the content of every file that is anywhere."""
        return {path.read_bytes() for path in self.folder.rglob("*.csv")}


def main() -> int:
    """Kill, look, run again; then the twin."""
    out = console()
    chance = random.Random(SEED)  # noqa: S311 -- seeded on purpose
    with tempfile.TemporaryDirectory(prefix="amends-doors-") as name:
        folder = Path(name)
        # Nobody's ledger: nothing has been released.
        os.environ.pop("AMENDS_HOME", None)
        os.environ["XDG_DATA_HOME"] = name
        begins, ends = _times(folder / "whole")
        out.print(f"undisturbed: first file taken after {begins:.2f} s, end after {ends:.2f} s")
        faults: Counter[str] = Counter()
        half = _campaign(folder, KILLS, (begins, ends), chance, faults)
        out.print(f"{KILLS} kills, {half} of them with work half done: faults {dict(faults) or 'none'}")
        twin: Counter[str] = Counter()
        _campaign(folder, KILLS_TWIN, (begins, ends), chance, twin, before=_TWIN)
        caught = twin["a list of people is published"]
        out.print(f"planted bug (published before it is screened): found in {caught} of {KILLS_TWIN} kills")
    keep("door_kills", {"kills": KILLS, "half_done": half, "faults": dict(faults), "twin": caught})
    return 1 if faults or not caught else 0


def _times(folder: Path) -> tuple[float, float]:
    """Return when an undisturbed run takes the first file, and when it ends."""
    door = Door(folder).fill()
    began, begins = perf_counter(), 0.0
    process = door.start()
    while process.poll() is None:
        if not begins and len(list((folder / "inbox").iterdir())) < len(CLEAR | LISTS):
            begins = perf_counter() - began
    assert process.returncode == 1, "a run that nobody disturbs holds the lists"
    assert not _faults_at_end(door), "a run that nobody disturbs has no fault"
    return begins, perf_counter() - began


def _campaign(
    folder: Path,
    kills: int,
    window: tuple[float, float],
    chance: random.Random,
    faults: Counter[str],
    before: str = "",
) -> int:
    """Kill so many runs that had not ended; count the faults; return how many had work half done."""
    half = killed = 0
    while killed < kills:
        door = Door(folder / f"door-{killed}").fill()
        process = door.start(before)
        try:
            process.wait(chance.uniform(*window))
        except subprocess.TimeoutExpired:
            killed += 1
            process.kill()
            process.wait()
            _end_group(process)
            half += any((door.folder / "quarantine" / ".intake").glob("*/*/*"))
            faults.update(_faults_after_kill(door))
            if not before:
                door.run()
                faults.update(_faults_at_end(door))
        shutil.rmtree(door.folder)
    return half


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End what the killed program had started for itself."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _faults_after_kill(door: Door) -> list[str]:
    faults = []
    if set(door.published().values()) & set(LISTS.values()):
        faults.append("a list of people is published")
    if not door.everything() >= {*CLEAR.values(), *LISTS.values()}:
        faults.append("a file is lost")
    if not set(door.published().items()) <= set(CLEAR.items()):
        faults.append("something is published that is no whole file")
    return faults


def _faults_at_end(door: Door) -> list[str]:
    faults = []
    if door.published() != CLEAR:
        faults.append("not every clear file is published once")
    if door.held() != LISTS:
        faults.append("not every list is held once")
    if list((door.folder / "inbox").iterdir()) or list((door.folder / "quarantine" / ".intake").iterdir()):
        faults.append("something is left under way")
    return faults


if __name__ == "__main__":
    sys.exit(main())
