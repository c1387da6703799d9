"""How far two names agree, token by token, in bits.

Every token of the row looks for its best counterpart among the tokens of the person, wherever it stands:
equal, one slip away, same sound, merely alike. Agreement weighs by how rare the token is in the registry.
Tokens left over on both sides speak against; tokens that only one side has hardly do (second surnames,
middle names).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.link.keys import Pairs
from amends.link.model import Model
from amends.link.people import ALIAS, EITHER, FAMILY, GIVEN, People, Sides
from amends.link.ragged import Ragged
from amends.link.token_likeness import ALIKE, EQUAL, SLIP, SOUND, likeness

SLIPPED: Final = 1
SOUNDED: Final = 2
LOOSE: Final = 4
CROSSED: Final = 8
REORDERED: Final = 16
ONE_SIDED: Final = 32
REPLACED: Final = 64
OTHER_GIVEN: Final = 128
OTHER_FAMILY: Final = 256
NONE_AGREES: Final = 512
NO_NAME: Final = 1024
THIN: Final = 2048
"""Only one token agrees, and not as the whole name on both sides."""

_CELLS: Final = 4_000_000
"""Token pairs looked at in one go: bounds the memory of a comparison, whatever the length of the names."""


@dataclass(frozen=True, slots=True)
class NameAgreement:
    """Per pair: bits for or against, and what was seen as a set of flags."""

    bits: NDArray[np.float64]
    flags: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class TokenWeights:
    """Bits per token of the vocabulary when it agrees at a level."""

    by_level: NDArray[np.float32]
    """Shape (levels, tokens); level 0 weighs nothing."""
    ceiling: float

    @classmethod
    def counted(cls, sides: Sides, model: Model) -> TokenWeights:
        """Count in the registry how many persons share each token and each sound."""
        people, tokens = sides.persons, sides.tokens
        size = max(len(people), 1)
        counts = np.bincount(people.tokens.values, minlength=len(tokens.texts))
        by_sound = np.bincount(tokens.sounds[people.tokens.values], minlength=len(tokens.texts))
        sharing = _smoothed(counts, size, model)
        sounding = np.maximum(_smoothed(by_sound, size, model)[tokens.sounds], sharing)
        least = 1 / max(size, 20_000)
        chances = (
            np.maximum(sharing, least),
            np.maximum(4 * sharing, model.token_slip_u),
            np.maximum(sounding, least),
            np.maximum(8 * sharing, model.token_alike_u),
        )
        weights = [np.zeros(len(tokens.texts))]
        weights += [np.log2(m / np.minimum(u, 1)) for m, u in zip(model.token.m, chances, strict=True)]
        # An agreement, however common, is never worse than no agreement.
        by_level = np.maximum(np.array(weights), 0.1)
        by_level[0] = 0
        ceiling = max(float(np.log2(size)) + model.name_ceiling, model.name_ceiling_least)
        return cls(by_level.astype(np.float32), ceiling)


def _smoothed(counts: NDArray[np.int64], size: int, model: Model) -> NDArray[np.float64]:
    """Return the chance that a stranger has the token; the person compared is not a stranger."""
    weight = model.token_prior_persons
    strangers = np.maximum(counts - 1, 0) + weight * model.token_prior_u
    result: NDArray[np.float64] = strangers / (size + weight)
    return result


def compare_names(pairs: Pairs, sides: Sides, model: Model, weights: TokenWeights) -> NameAgreement:
    """Return the agreement of the names of every pair."""
    count = len(pairs.rows)
    bits, flags = np.zeros(count), np.zeros(count, dtype=np.uint16)
    widest = _widest(sides.rows.tokens.lengths, pairs.rows) * _widest(
        sides.persons.tokens.lengths, pairs.persons
    )
    step = max(1, _CELLS // max(widest, 1))
    for begin in range(0, count, step):
        part = slice(begin, begin + step)
        chunk = Pairs(pairs.rows[part], pairs.persons[part])
        bits[part], flags[part] = _compare(chunk, sides, model, weights)
    return NameAgreement(bits, flags)


def _widest(lengths: NDArray[np.int64], index: NDArray[np.int32]) -> int:
    return int(lengths[index].max(initial=1))


def _compare(
    pairs: Pairs, sides: Sides, model: Model, weights: TokenWeights
) -> tuple[NDArray[np.float64], NDArray[np.uint16]]:
    own, own_roles = _padded(sides.rows, pairs.rows)
    their, their_roles = _padded(sides.persons, pairs.persons)
    levels = likeness(own, their, sides.tokens)
    values = weights.by_level[levels, np.maximum(their, 0)[:, None, :]]
    best = values.argmax(axis=2)
    lines = np.arange(len(own))[:, None]
    columns = np.arange(own.shape[1])[None, :]
    best_value = values[lines, columns, best].astype(np.float64)
    best_level = levels[lines, columns, best]
    _one_counterpart_each(best, best_value, best_level)
    hit = np.zeros(their.shape, dtype=np.bool_)
    agreeing_lines, agreeing_columns = np.nonzero(best_level)
    hit[agreeing_lines, best[agreeing_lines, agreeing_columns]] = True
    counterpart_roles = their_roles[lines, best]
    own_left = _left_over(own, own_roles, best_level > 0, sides)
    their_left = _left_over(their, their_roles, hit, sides)
    replaced = np.minimum(own_left, their_left)
    one_sided = np.maximum(own_left, their_left) - replaced
    crossed = _crossed(own_roles, counterpart_roles, best_level > 0)
    bits = np.minimum(best_value.sum(axis=1), weights.ceiling)
    bits += model.left_over_both * replaced + model.left_over_one * one_sided + model.crossed * crossed
    nameless = ~(own >= 0).any(axis=1) | ~(their >= 0).any(axis=1)
    bits[nameless] = 0
    flags = _flags(best_level, replaced, one_sided, crossed)
    mononym = (best_level == EQUAL).any(axis=1) & (replaced + one_sided == 0)
    flags |= np.uint16(THIN) * (((best_level > 0).sum(axis=1) == 1) & ~mononym)
    flags |= np.uint16(OTHER_GIVEN) * _contradicts(GIVEN, own_roles, best_level > 0, their_roles, hit)
    flags |= np.uint16(OTHER_FAMILY) * _contradicts(FAMILY, own_roles, best_level > 0, their_roles, hit)
    written = sides.rows.family_order[pairs.rows], sides.persons.family_order[pairs.persons]
    complete = (replaced + one_sided + crossed == 0) & ((best_level == EQUAL) | (own < 0)).all(axis=1)
    flags |= np.uint16(REORDERED) * (complete & (written[0] != written[1]))
    flags[nameless] = NO_NAME
    return bits, flags


def _padded(people: People, index: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    tokens = people.tokens.padded(index)
    roles = Ragged(people.tokens.offsets, people.roles.astype(np.int32)).padded(index)
    return tokens, np.maximum(roles, 0).astype(np.uint8)


def _one_counterpart_each(
    best: NDArray[np.intp], value: NDArray[np.float64], level: NDArray[np.int8]
) -> None:
    """Where two tokens of the row claim the same counterpart, leave it to the one that agrees better."""
    width = best.shape[1]
    for one in range(width):
        for other in range(one + 1, width):
            both = (best[:, one] == best[:, other]) & (level[:, one] > 0) & (level[:, other] > 0)
            if not both.any():
                continue
            first_wins = value[:, one] >= value[:, other]
            for loser, lost in ((other, both & first_wins), (one, both & ~first_wins)):
                value[lost, loser] = 0
                level[lost, loser] = 0


def _left_over(
    tokens: NDArray[np.int32], roles: NDArray[np.uint8], agreed: NDArray[np.bool_], sides: Sides
) -> NDArray[np.int64]:
    counts = (tokens >= 0) & ~agreed & ((roles & (FAMILY | GIVEN | EITHER)) > 0)
    counts &= ~sides.tokens.particles[np.maximum(tokens, 0)]
    left_over: NDArray[np.int64] = counts.sum(axis=1)
    return left_over


def _crossed(
    own_roles: NDArray[np.uint8], their_roles: NDArray[np.uint8], agreed: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    told = ((own_roles | their_roles) & (EITHER | ALIAS)) == 0
    crossed: NDArray[np.bool_] = (agreed & told & ((own_roles & their_roles) == 0)).any(axis=1)
    return crossed


def _contradicts(
    role: int,
    own_roles: NDArray[np.uint8],
    own_agreed: NDArray[np.bool_],
    their_roles: NDArray[np.uint8],
    their_agreed: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Whether both sides state that part of the name and no token of it agrees with anything."""
    own, their = (own_roles & role) > 0, (their_roles & role) > 0
    stated = own.any(axis=1) & their.any(axis=1)
    agrees = (own & own_agreed).any(axis=1) | (their & their_agreed).any(axis=1)
    return np.logical_and(stated, ~agrees)


def _flags(
    levels: NDArray[np.int8],
    replaced: NDArray[np.int64],
    one_sided: NDArray[np.int64],
    crossed: NDArray[np.bool_],
) -> NDArray[np.uint16]:
    seen = (
        (SLIPPED, (levels == SLIP).any(axis=1)),
        (SOUNDED, (levels == SOUND).any(axis=1)),
        (LOOSE, (levels == ALIKE).any(axis=1)),
        (CROSSED, crossed),
        (ONE_SIDED, one_sided > 0),
        (REPLACED, replaced > 0),
        (NONE_AGREES, ~(levels > 0).any(axis=1)),
    )
    flags = np.zeros(len(levels), dtype=np.uint16)
    for flag, present in seen:
        flags |= np.uint16(flag) * present.astype(np.uint16)
    return flags
