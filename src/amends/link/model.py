"""How much each agreement and disagreement weighs: the parameters of the Fellegi-Sunter model.

For a level of agreement, m is its probability when row and person are the same, u when they are not; the
level weighs log2(m / u) bits (I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", JASA 64,
1969). Most u are not parameters at all: they are counted in the registry that is linked against (how many
share this token, this day, this nationality), so that a rare surname weighs more than a common one (W. E.
Winkler, "Frequency-based matching", 1989).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Levels:
    """m of one comparison's levels, best first."""

    m: tuple[float, ...]
    how: str
    """How the numbers were got."""


@dataclass(frozen=True, slots=True)
class Model:
    """All parameters, with their origin. Chances are probabilities, weights are bits."""

    name: str = "custody-list-1"
    """Written into every report, so that a judgement can be traced to its numbers."""

    token: Levels = Levels(
        (0.86, 0.05, 0.05, 0.01),
        "Equal, one slip, same sound, alike. Judgement: a typing slip or another romanisation in every "
        "twentieth token, for these names are typed from speech and from other scripts; 3 % are replaced.",
    )
    token_prior_u: float = 5e-4
    """Chance of a token that a stranger has it, before the registry is counted: a middling surname."""
    token_prior_persons: float = 500.0
    """How many counted persons that prior is worth; it matters in small registries only."""
    token_slip_u: float = 5e-4
    """Least chance that a stranger has a token one slip away from a given one; times four for counted
    tokens."""
    token_alike_u: float = 2e-3
    """Least chance that a stranger has a token that is merely alike."""
    left_over_both: float = -4.5
    """For each token without counterpart on both sides: log2 of 0.03 (a name replaced) over 0.7
    (strangers)."""
    left_over_one: float = -0.7
    """For each token that only one side has: second surnames and middle names come and go (about 0.6 of
    strangers)."""
    crossed: float = -1.0
    """Once, where a token stands as family name on one side and as given name on the other."""
    name_ceiling: float = 4.0
    """Bits by which a name alone may exceed log2 of the number of persons: tokens of one name are not
    independent (Muhammad goes with Ali), and beyond this ceiling the product of their frequencies is
    fiction."""

    name_ceiling_least: float = 18.0
    """The ceiling in registries of fewer than 16,000 persons."""

    date: Levels = Levels(
        (0.92, 0.025, 0.03, 0.01, 0.002, 0.013),
        "Equal, day and month exchanged, one of three parts differs, year alone agrees, only a year is "
        "known and agrees, different. Judgement: eight dates in a hundred are wrong, most in one part.",
    )
    date_one_part_u: float = 0.0055
    """Two strangers agree in two of year, month and day: 1/(40*12) + 1/(40*30) + 1/365, for 40 years of
    birth."""
    date_year_u: float = 0.03
    """Two strangers agree in the year of birth, over some 40 uneven years."""

    identifier: Levels = Levels(
        (0.93, 0.035, 0.035),
        "Equal (lost zeros and prefixes included), one slip, different. Judgement: three or four in a "
        "hundred are wrong, and as many have a slip.",
    )
    identifier_ceiling: float = 24.0
    """Bits that an equal identifier may weigh: clerks reuse and exchange numbers more often than chance
    would."""
    identifier_slips: int = 200
    """Number of identifiers one slip away from a nine-digit one: 81 replaced, 8 exchanged, 9 short, 100
    long."""

    nationality_m: float = 0.97
    """Nationality agrees for the same person; dual nationals make up most of the rest."""
    facility_m: float = 0.80
    """Place of detention agrees; people are moved between the two exports."""

    in_registry: float = 0.98
    """Share of rows whose person is in the registry at all: the leaked list was made from it."""
    fits_as_of: float = 0.98
    """Of those, the share with the right status on the as-of date (R16): the list was made by that
    status."""

    accept: float = 0.999
    """Posterior probability from which a row is linked. Error budget: at most one wrong link in a thousand
    rows, because a wrong link tells a stranger that somebody sought protection."""
    review: float = -4.0
    """Bits of posterior weight (evidence plus prior) from which a human looks. At 30,000 persons in scope
    that is eleven bits of evidence: a common full name alone reaches it, a shared birthday with a shared
    initial does not."""
    clear_gap: float = 16.0
    """Bits above the next person, and above nobody, from which a thin name, or a name without number or
    day, may be linked: one in 65,000, because what is left of the evidence is one field and its errors are
    not independent."""
    settled: float = 8.0
    """Bits of posterior weight above which no further candidates are sought for a row."""
    block_cap: int = 250
    """Most persons under one blocking key; above it the key is refined, and the row is marked as
    crowded."""


DEFAULT: Final = Model()
"""Priors by judgement, as stated; the limits of decision were set so that the error budget holds on the
synthetic registries of the tests and on public linkage data with known truth."""
