"""The fast sieve: every word and every form in one pass over the bytes, by hyperscan.

The compiled database takes a tenth of a second to make and a millisecond to load, so it is kept in the user's
cache folder under a name made of everything that it depends on. A kept file that is not ours alone, or that does not
load, is not used.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from amends.scan.identifiers.lexicon import Word, WordHit, stands_alone
from amends.scan.identifiers.odd_characters import ODD
from amends.scan.identifiers.sieve import Hits
from amends.scan.identifiers.text_rules import TextRule

_FORM: Final = "1"
"""Goes into the name of a kept database; to be raised when expressions are made otherwise."""
_ID_BITS: Final = 16
_ID_MASK: Final = (1 << _ID_BITS) - 1


class HyperscanSieve:
    """Looks for all words and forms at once; not for two threads at a time.

    Raises ``ImportError`` where hyperscan is not installed.
    """

    def __init__(self, rules: Sequence[TextRule], words: Sequence[Word], folder: Path | None = None) -> None:
        self._words = words
        self._first_word = len(rules)
        self._odd = len(rules) + len(words)
        self._database = _database(_expressions(rules, words), folder)

    def hits(self, data: bytes) -> Hits:
        """Return what stands in a block."""
        found: list[int] = []
        append = found.append
        self._database.scan(
            data,
            match_event_handler=lambda number, _start, end, _flags, _context: append(
                end << _ID_BITS | number
            ),
        )
        hits = Hits()
        anchors, words, odd = hits.anchors, hits.words, hits.odd
        for packed in found:
            number, end = packed & _ID_MASK, packed >> _ID_BITS
            if number < self._first_word:
                ends = anchors.get(number)
                if ends is None:
                    anchors[number] = [end]
                elif ends[-1] != end:
                    ends.append(end)
            elif number == self._odd:
                odd.append(end)
            else:
                word = self._words[number - self._first_word]
                start = end - len(word.spelling)
                if stands_alone(data, start, end):
                    words.append(WordHit(start, end, word.rules))
        words.sort(key=lambda hit: (hit.end, hit.start))
        return hits


def _expressions(rules: Sequence[TextRule], words: Sequence[Word]) -> list[tuple[bytes, int, bool]]:
    """Return expression, number and whether capitals do not matter."""
    made = [
        ((rule.anchor or rule.pattern).encode(), position, False)
        for position, rule in enumerate(rules)
        if rule.everywhere
    ]
    made += [
        (re.escape(word.spelling).replace(rb"\ ", rb"[ _\n-]"), len(rules) + number, not word.as_written)
        for number, word in enumerate(words)
    ]
    made.append((ODD, len(rules) + len(words), False))
    return made


def _database(expressions: Sequence[tuple[bytes, int, bool]], folder: Path | None) -> Any:
    import hyperscan

    kept = _kept_file(hyperscan, expressions, folder)
    if kept is not None and (content := _own_content(kept)) is not None:
        # A damaged or foreign file is refused by hyperscan's own check sum.
        with contextlib.suppress(hyperscan.HyperscanError, hyperscan.error, ValueError):
            database = hyperscan.loadb(content, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
            return database
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expression for expression, _, _ in expressions],
        ids=[number for _, number, _ in expressions],
        flags=[hyperscan.HS_FLAG_CASELESS if caseless else 0 for _, _, caseless in expressions],
    )
    if kept is not None:
        _keep(kept, hyperscan.dumpb(database))
    return database


def _kept_file(
    hyperscan: Any, expressions: Sequence[tuple[bytes, int, bool]], folder: Path | None
) -> Path | None:
    if folder is None:
        return None
    digest = hashlib.sha256(f"{_FORM} {hyperscan.__version__} {_processor_features()}".encode())
    for expression, number, caseless in expressions:
        digest.update(b"%d %d %d " % (number, caseless, len(expression)) + expression)
    return folder / f"identifiers-{digest.hexdigest()[:32]}.hs"


def _processor_features() -> str:
    """A database holds code paths for the processor that it was made on."""
    with (
        contextlib.suppress(OSError),
        Path("/proc/cpuinfo").open(encoding="ascii", errors="replace") as lines,
    ):
        for line in lines:
            if line.startswith(("flags", "Features")):
                return hashlib.sha256(line.encode()).hexdigest()
    return os.uname().machine


def _own_content(file: Path) -> bytes | None:
    """Return the content of a file that belongs to this user and that nobody else can write."""
    try:
        with file.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
            return stream.read()
    except OSError:
        return None


def _keep(file: Path, content: bytes) -> None:
    """Keep a database; where that cannot be done, the next start is slower and nothing else."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as stream:
            stream.write(content)
        Path(stream.name).replace(file)
