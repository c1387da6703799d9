"""The fast sieve: every word and every form in one pass over the bytes, by hyperscan; digits in a second over a few.

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
from collections.abc import Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from amends.scan.identifiers.digit_windows import FEWEST, digit_windows
from amends.scan.identifiers.lexicon import JOINTS, Word, stands_alone
from amends.scan.identifiers.odd_characters import ODD
from amends.scan.identifiers.sieve import Hits
from amends.scan.identifiers.text_rules import TextRule

_FORM: Final = "1"
"""Goes into the name of a kept database; to be raised when expressions are made otherwise."""
_SHORT: Final = 3
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
        everywhere, among_digits = _expressions(rules, words)
        self._everywhere = _database(everywhere, folder)
        self._among_digits = _database(among_digits, folder) if among_digits else None

    def hits(self, data: bytes) -> Hits:
        """Return what stands in a block."""
        hits = Hits()
        anchors, words, spelt, first_word = hits.anchors, hits.words, self._words, self._first_word
        for packed in _scanned(self._everywhere, data):
            number, end = packed & _ID_MASK, packed >> _ID_BITS
            if number < first_word:
                anchors.setdefault(number, []).append(end)
            elif number == self._odd:
                hits.odd.append(end)
            else:
                word = spelt[number - first_word]
                start = end - len(word.spelling)
                if stands_alone(data, start, end):
                    words.append((start, end, word.rules))
        windows = digit_windows(data) if self._among_digits is not None else None
        if windows is not None:
            for packed in _scanned(self._among_digits, windows.data):
                place = windows.origin(packed >> _ID_BITS)
                anchors.setdefault(packed & _ID_MASK, []).append(place)
        words.sort(key=itemgetter(1, 0))
        return hits


def _scanned(database: Any, data: bytes) -> list[int]:
    """Return number and end of everything that is found, packed into one integer each, ascending by end."""
    found: list[int] = []
    append = found.append
    database.scan(data, match_event_handler=lambda number, _s, end, _f, _c: append(end << _ID_BITS | number))
    return found


Expression = tuple[bytes, int, bool]
"""What is looked for, by which number it is reported, and whether capitals do not matter."""


def _expressions(
    rules: Sequence[TextRule], words: Sequence[Word]
) -> tuple[list[Expression], list[Expression]]:
    """Return what is looked for everywhere, and what only where there are many digits."""
    everywhere: list[Expression] = []
    among_digits: list[Expression] = []
    for position, rule in enumerate(rules):
        if rule.everywhere:
            listed = among_digits if rule.fewest_digits >= FEWEST else everywhere
            listed += [
                (expression.encode(), position, caseless) for expression, caseless in rule.looked_for()
            ]
    for number, word in enumerate(words):
        everywhere += [(spelling, len(rules) + number, not word.as_written) for spelling in _spellings(word)]
    everywhere.append((ODD, len(rules) + len(words), False))
    return everywhere, among_digits


def _spellings(word: Word) -> Iterator[bytes]:
    """Yield a word as literals: a hundred times faster to compile, and twice as fast to find, as one expression."""
    if len(word.spelling) <= _SHORT and not word.as_written and word.spelling.isalpha():
        # Short ones stand within so many other words that every hit's price would be felt.
        yield rb"[^A-Za-z0-9]" + word.spelling
        yield rb"^" + word.spelling
    elif b" " in word.spelling:
        for joint in JOINTS:
            yield re.escape(word.spelling.replace(b" ", bytes((joint,))))
    else:
        yield re.escape(word.spelling)


def _database(expressions: Sequence[Expression], folder: Path | None) -> Any:
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


def _kept_file(hyperscan: Any, expressions: Sequence[Expression], folder: Path | None) -> Path | None:
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
