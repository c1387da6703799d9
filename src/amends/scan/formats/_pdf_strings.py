"""What a string means by where it stands: its kind, and why nobody sees it."""

from __future__ import annotations

import re
from typing import Final

Meaning = tuple[str, str]
"""Kind of the part, kind of hiding."""

_PASSED_OVER: Final = frozenset(
    {
        "/ID", "/CheckSum", "/ByteRange", "/Cert", "/DA", "/CharSet", "/Panose", "/Registry", "/Ordering", "/Lookup",
        "/O", "/U", "/OE", "/UE", "/Perms", "/DS", "/Style", "/OutputConditionIdentifier", "/Reference", "/Digest",
        "/DigestValue", "/FontFamily", "/BaseState", "/Lang", "/NM", "/Signature", "/MK",
    }
)  # fmt: skip
"""Identifiers, checksums, colours and look-up tables: not texts (MK's texts stand one level deeper)."""
_STRUCTURE: Final[dict[str, Meaning]] = {
    "/ActualText": ("actual-text", "actual-text"),
    "/Alt": ("alternative-text", "actual-text"),
    "/E": ("expansion", "structure-text"),
    "/Lang": ("language", "structure-text"),
    "/T": ("structure-title", "structure-text"),
}
_ANNOTATION: Final[dict[str, Meaning]] = {
    "/Contents": ("comment", "annotation"),
    "/RC": ("comment", "annotation"),
    "/T": ("author", "annotation"),
    "/Subj": ("subject", "annotation"),
    "/OverlayText": ("comment", "annotation"),
}
_FIELD: Final[dict[str, Meaning]] = {
    "/V": ("form-value", "form-value"),
    "/DV": ("form-value", "form-value"),
    "/RV": ("form-value", "form-value"),
    "/Opt": ("form-value", "form-value"),
    "/CA": ("form-value", "form-value"),
    "/AC": ("form-value", "form-value"),
    "/RC": ("form-value", "form-value"),
    "/T": ("form-field-name", "form-field-name"),
    "/TU": ("form-field-name", "form-field-name"),
    "/TM": ("form-field-name", "form-field-name"),
}
_ROLES: Final[dict[str, Meaning]] = {
    "info": ("property", "document-property"),
    "outline": ("bookmark", "outline-title"),
    "piece": ("private-data", "piece-info"),
    "structure": ("structure-title", "structure-text"),
    "annotation": ("comment", "annotation"),
    "field": ("form-value", "form-value"),
    "layer": ("layer-name", "layer-name"),
    "label": ("page-label", "page-label"),
    "destination": ("destination", "page-label"),
    "script": ("script-name", "javascript"),
    "file": ("file-name", "embedded-file"),
    "signature": ("signature", "signature"),
    "action": ("link", "link-target"),
    "collection": ("portfolio-field", "custom-property"),
}
_ANYWHERE: Final[dict[str, Meaning]] = {
    "/JS": ("script", "javascript"),
    "/URI": ("link", "link-target"),
    "/ActualText": ("actual-text", "actual-text"),
    "/Alt": ("alternative-text", "actual-text"),
    "/Dest": ("destination", "page-label"),
    "/D": ("destination", "page-label"),
    "/ModDate": ("time", "document-property"),
    "/M": ("time", "document-property"),
    "/CreationDate": ("time", "document-property"),
    "/LastModified": ("time", "document-property"),
    "/Info": ("property", "document-property"),
    "/OutputCondition": ("property", "document-property"),
    "/RegistryName": ("property", "document-property"),
}
_TAG: Final = re.compile(r"<[^<>]*>")
_VALUE: Final = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTITIES: Final = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_NUMBERED: Final = re.compile(r"&#(x[0-9a-fA-F]{1,6}|\d{1,7});")
_ALMOST_ALL: Final = 0.9
_NOT_PRINTED: Final = bytes(byte for byte in range(32) if byte not in (9, 10, 13))
_HIGH: Final = bytes(range(127, 256))


def meaning_of(role: str, key: str) -> Meaning | None:
    """Return what a string under this key is, None for one that is no text."""
    if role == "structure" and key in _STRUCTURE:
        return _STRUCTURE[key]
    if role == "field" and key in _FIELD:
        return _FIELD[key]
    if role in ("annotation", "field") and key in _ANNOTATION:
        return _ANNOTATION[key]
    if key in _ANYWHERE:
        return _ANYWHERE[key] if role != "info" else _ROLES["info"]
    if key in _PASSED_OVER:
        return None
    return _ROLES.get(role, ("string", "unshown-text"))


def markup_text(content: bytes) -> str:
    """Return the texts and attributes of an XML packet, one a line, whether it is well formed or not."""
    text = decoded(content)
    text = _TAG.sub(_attributes, text)
    text = _NUMBERED.sub(_numbered, text)
    for entity, letter in _ENTITIES.items():
        text = text.replace(entity, letter)
    return "\n".join(line for raw in text.split("\n") if (line := raw.strip()))


def _attributes(tag: re.Match[str]) -> str:
    inside = tag.group(0)
    if inside.startswith("<!--"):
        return "\n" + inside[4:].removesuffix(">").rstrip("-") + "\n"
    if inside.startswith("<?"):
        return "\n"
    values = [
        double or single
        for name, double, single in _VALUE.findall(inside)
        if not name.startswith("xmlns") and name != "rdf:about"
    ]
    return "\n" + "\n".join(values) + "\n"


def _numbered(reference: re.Match[str]) -> str:
    digits = reference.group(1)
    code = int(digits[1:], 16) if digits[0] == "x" else int(digits)
    return chr(code) if code < 0x110000 else "\N{REPLACEMENT CHARACTER}"


def decoded(content: bytes) -> str:
    """Return the text of bytes whose encoding nobody states: a byte order mark, UTF-8, else Latin-1."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def is_text(content: bytes) -> bool:
    """Say whether nearly all of it can be printed."""
    sample = content[:65_536]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    printable = len(sample.translate(None, _NOT_PRINTED))
    high = len(sample) - len(sample.translate(None, _HIGH))
    return printable >= _ALMOST_ALL * len(sample) and (high <= 0.3 * len(sample) or _is_utf8(sample))


def _is_utf8(sample: bytes) -> bool:
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as problem:
        return problem.start >= len(sample) - 4
    return True
