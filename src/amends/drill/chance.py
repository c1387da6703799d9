"""One seed, many independent streams of chance: a change in one stage leaves the others as they were."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, stage: str) -> np.random.Generator:
    """Return the generator of this stage. The stage's name counts, not the order of calls."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, zlib.crc32(stage.encode())))))
