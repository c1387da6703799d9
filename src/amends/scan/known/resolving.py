"""Who the people of a finding are: asked of the registry, with the key, by whoever may read both.

The index cannot say it. What comes back are the registry's own person ids; names are looked up where they are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from amends.scan.known.keys import Fingerprinter
from amends.scan.known.persons import PersonKeys, RegistryBatch


def whose(
    matched: frozenset[int], batches: Iterable[tuple[RegistryBatch, list[str]]], fingerprinter: Fingerprinter
) -> Iterator[str]:
    """Yield the person id of everybody of the registry who has one of the fingerprints, in the registry's order.

    ``batches``: people with their person ids. Where two people have the same name and date of birth, both come out.
    """
    wanted = np.array(sorted(matched), dtype=np.uint64)
    people = PersonKeys(fingerprinter)
    for batch, ids in batches:
        having = np.zeros(batch.lines, dtype=np.bool_)
        for keys in people.of(batch):
            having[keys.lines[np.isin(keys.fingerprints, wanted)]] = True
        yield from (ids[line] for line in np.flatnonzero(having).tolist())
