"""The other end of `benchmarks.peers.reading`: asks a peer in its own environment, and outlives its crashes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT

PEERS_PYTHON = Path(os.environ.get("PEERS_PYTHON", ROOT / ".venv-peers" / "bin" / "python"))
_READING = Path(__file__).with_name("reading.py")
_SECONDS = 60.0


def require_peers() -> None:
    """End the program where the peers are not installed."""
    if not PEERS_PYTHON.is_file():
        raise SystemExit("The peers are not installed: make bench-opening makes .venv-peers.")


def texts(peer: str, paths: list[Path]) -> list[str | None]:
    """Return what a peer gives of each file as text; None where it fails, crashes or takes more than a minute."""
    found: list[str | None] = []
    while len(found) < len(paths):
        # A process for what is left: a peer that aborts takes its answers to later files with it.
        left = paths[len(found) :]
        asked = "".join(f"{path}\n" for path in left)
        try:
            done = subprocess.run(
                [str(PEERS_PYTHON), str(_READING), "texts", peer],
                input=asked,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                timeout=_SECONDS + len(left),
                check=False,
            )
            lines = done.stdout.splitlines()
        except subprocess.TimeoutExpired as late:
            said = late.stdout or b""
            lines = (said.decode() if isinstance(said, bytes) else said).splitlines()
        found += [json.loads(line) for line in lines]
        if len(lines) < len(left):
            found.append(None)
    return found


def rows(peer: str, path: Path) -> tuple[int, float]:
    """Return how many rows a peer found in the first sheet of a workbook, and in how many seconds of its own."""
    done = subprocess.run(
        [str(PEERS_PYTHON), str(_READING), "rows", peer, str(path)], stdout=subprocess.PIPE, check=True
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return int(said["rows"]), float(said["seconds"])
