"""Fingerprints of every identifier that a registry has, a million in seconds.

The normal form is worked out column-wise; only values with characters beyond ASCII, a point or a plus take the slow
way, which is the definition. A fingerprint is one HMAC each, in one pass.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from amends.ledger.sealing import Sealer
from amends.link.dates import as_text
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.identifier import normalised_identifier

_FEWEST_DIGITS = 4
"""As in `amends.vocabulary.identifier`; a property test compares the two."""


def known_fingerprints(registry: Registry, mapping: Mapping, sealer: Sealer) -> list[str]:
    """Return the fingerprint of every identifier of every person, sorted, each once."""
    names = mapping.registry.identifiers
    table = registry.columns(names)
    found = [normalised_column(as_text(table.column(name))) for name in names]
    values = pc.unique(pa.concat_arrays(found)) if found else pa.array([], pa.string())
    return sorted({sealer.fingerprint(value) for value in values.to_pylist() if value})


def normalised_column(values: pa.Array) -> pa.Array:
    """Return the normal form of each text, as `normalised_identifier` does; the empty string for a null."""
    texts = pc.fill_null(values, "")
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    plain = pc.replace_substring_regex(pc.ascii_upper(texts), "[^0-9A-Z]", "")
    digits = pc.replace_substring_regex(plain, "[^0-9]", "")
    enough = pc.greater_equal(pc.binary_length(digits), _FEWEST_DIGITS)
    normal = pc.ascii_ltrim(pc.if_else(enough, digits, plain), "0")
    # A point or a plus may be part of how a number is written.
    formatted = pc.match_substring_regex(texts, "[.+]")
    foreign = pc.or_(pc.invert(pc.string_is_ascii(texts)), formatted)
    if not pc.any(foreign).as_py():
        return normal
    slowly = [normalised_identifier(text) for text in texts.filter(foreign).to_pylist()]
    return pc.replace_with_mask(normal, foreign, pa.array(slowly, pa.string()))
