"""RTF documents with something that is not shown."""

from __future__ import annotations

from pathlib import Path

from tests.samples.hiding.sample import PLANTED, HidingSample

_DOCUMENT = (
    r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}}{\colortbl;\red255\green255\blue255;\red0\green0\blue0;}"
    "\n%s\\pard Shown\\par\n%s}"
)
_HEX = PLANTED.encode().hex()


def _sample(hidden: str, inside: str, *, header: bool = False, behind: str = "") -> HidingSample:
    def write(path: Path, plant: bool) -> None:
        seen = f"{PLANTED}\\par"
        body = (inside if plant else "") if header else (inside if plant else seen)
        document = _DOCUMENT % ((body, "") if header else ("", body))
        path.write_text(document + (behind if plant else ""), encoding="ascii")

    return HidingSample(hidden, "rtf", write)


def _object() -> str:
    def field(text: bytes) -> bytes:
        return len(text).to_bytes(4, "little") + text

    content = bytes([1, 5, 0, 0, 2, 0, 0, 0]) + field(b"Package\0") + field(b"") + field(b"")
    return (content + field(PLANTED.encode())).hex()


SAMPLES = (
    _sample("hidden-in-rtf", rf"Seen {{\v {PLANTED}}} seen\par"),
    _sample("hidden-in-rtf", rf"{{\*\unheardof {PLANTED}}}"),
    _sample("tracked-deletion", rf"{{\deleted\revauthdel1 {PLANTED}}}\par"),
    _sample("tracked-insertion", rf"{{\revised\revauth1 {PLANTED}}}\par"),
    _sample("white-text", rf"{{\cf1 {PLANTED}}}\par"),
    _sample("tiny-text", rf"{{\fs1 {PLANTED}}}\par"),
    _sample("document-property", rf"{{\info{{\author {PLANTED}}}}}", header=True),
    _sample(
        "custom-property", rf"{{\*\userprops{{\propname X}}\proptype30{{\staticval {PLANTED}}}}}", header=True
    ),
    _sample("person-list", rf"{{\*\revtbl{{Unknown;}}{{{PLANTED};}}}}", header=True),
    _sample("document-variable", rf"{{\*\docvar {{name}}{{{PLANTED}}}}}", header=True),
    _sample("style-text", rf"{{\stylesheet{{\s0 {PLANTED};}}}}", header=True),
    _sample("attached-template", rf"{{\*\template {PLANTED}}}", header=True),
    _sample("comment", rf"{{\*\annotation {PLANTED}}}"),
    _sample("field-instruction", rf"{{\field{{\*\fldinst HYPERLINK {PLANTED}}}{{\fldrslt Seen}}}}\par"),
    _sample("bookmark-name", rf"{{\*\bkmkstart {PLANTED}}}"),
    _sample("embedded-file", rf"{{\object{{\*\objdata {_object()}}}{{\result Seen}}}}"),
    _sample("bytes-outside", "", header=True, behind="\n" + PLANTED),
)
