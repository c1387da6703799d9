"""Messages of Outlook put together property by property (MS-OXMSG)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from amends.scan.formats._compound_writer import Tree


def texts(values: Mapping[int, str | bytes]) -> dict[str, bytes | Tree]:
    """Return the streams of properties: texts as Unicode, bytes as they are."""
    streams: dict[str, bytes | Tree] = {}
    for number, value in values.items():
        if isinstance(value, bytes):
            streams[f"__substg1.0_{number:04X}0102"] = value
        else:
            streams[f"__substg1.0_{number:04X}001F"] = value.encode("utf-16-le")
    return streams


def fixed(head: int, integers: Mapping[int, int]) -> dict[str, bytes | Tree]:
    """Return the stream of numbers; ``head`` is 32 for a message, 8 for a recipient or an attachment."""
    entries = b"".join(struct.pack("<HHIQ", 3, number, 6, value) for number, value in integers.items())
    return {"__properties_version1.0": bytes(head) + entries}


def message(
    values: Mapping[int, str | bytes],
    recipients: Sequence[tuple[int, str]] = (),
    attachments: Sequence[Tree] = (),
) -> dict[str, bytes | Tree]:
    """Return the tree of a message; recipients are their type (1 to, 2 copy, 3 blind copy) and name."""
    tree: dict[str, bytes | Tree] = {**fixed(32, {}), **texts(values)}
    for number, (kind, name) in enumerate(recipients):
        tree[f"__recip_version1.0_#{number:08X}"] = {**fixed(8, {0x0C15: kind}), **texts({0x3001: name})}
    for number, attachment in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = attachment
    return tree


def attachment(name: str, content: bytes) -> Tree:
    return {**fixed(8, {0x3705: 1}), **texts({0x3707: name, 0x3701: content})}
