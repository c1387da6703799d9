"""Sample RTF documents with one table."""

from __future__ import annotations

from pathlib import Path

from tests.samples.formats.sample import Sample

EXTENSION = "rtf"
CAN_HIDE = False
TRUNCATION_SHOWS = False  # half a document says so, and its rows come out all the same


def _written(text: str) -> str:
    letters = []
    for letter in text:
        if letter in "\\{}":
            letters.append("\\" + letter)
        elif letter.isascii():
            letters.append(letter)
        else:
            units = letter.encode("utf-16-le")
            for at in range(0, len(units), 2):
                number = int.from_bytes(units[at : at + 2], "little")
                letters.append(f"\\u{number - 65_536 if number > 32_767 else number}?")
    return "".join(letters)


def build(path: Path, sample: Sample) -> None:
    rows = "".join(
        "\\trowd" + "".join(f"\\intbl {_written(text)}\\cell" for text in row) + "\\row\n"
        for row in (sample.columns, *sample.rows)
    )
    path.write_text("{\\rtf1\\ansi\\uc1\n" + rows + "\\pard\\par}", encoding="ascii")
