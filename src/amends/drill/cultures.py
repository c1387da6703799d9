"""Names of the world: which names are drawn for whom, how often, and in which spellings.

Each file ``cultures/<culture>.toml`` describes one naming culture: its share of the registry, the locales
whose lists of common names Faker holds, how names are built (two surnames, patronymics, single names) and
curated names with the spellings in which offices write them. Adding a culture is adding a file.

Names are held as numbers (tokens) into one table, so that a million people are a few integer arrays.
Frequencies are skewed: where Faker knows weights they are used, elsewhere they fall with the rank as in
Zipf's law, because a linker that meets only rare names learns nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from faker import Factory

from amends.drill.canary import CANARY_NAME
from amends.drill.romanising import is_native_script, romanise

_FOLDER: Final = Path(__file__).with_name("cultures")
_PERSON_PROVIDER: Final = "faker.providers.person"
_RANK_OFFSET: Final = 4.0
_SPELLING_FALLOFF: Final = 0.45
_LONGEST_NAME: Final = 24
_SHUFFLE_SEED: Final = 20221128

Weighted = dict[tuple[str, ...], float]
"""Spellings of one name, the native script first where there is one → weight."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Names of one kind in one culture, ready to be drawn."""

    tokens: npt.NDArray[np.int32]
    cumulative: npt.NDArray[np.float64]

    def draw(self, count: int, rng: np.random.Generator) -> npt.NDArray[np.int32]:
        """Return ``count`` tokens, frequent names often."""
        places = np.searchsorted(self.cumulative, rng.random(count), side="right")
        return self.tokens[np.minimum(places, len(self.tokens) - 1)]


@dataclass(frozen=True, slots=True)
class Culture:
    """How people of one culture are named, and what goes with it."""

    key: str
    weight: float
    two_surnames: float
    two_given_names: float
    patronymics: float
    mononyms: float
    native_names: float
    unknown_birthdays: float
    nationalities: Mapping[str, float]
    languages: Mapping[str, float]
    families: tuple[Pool, Pool]
    """For men, for women: they differ where surnames are inflected."""
    given: tuple[Pool, Pool]
    fathers: tuple[Pool, Pool] | None
    """Patronymics for men, for women, where Faker has them."""


@dataclass(frozen=True, slots=True)
class NameBook:
    """Every name that may be drawn, and the cultures that draw from it."""

    latin: tuple[str, ...]
    """Token → official Latin spelling."""
    native: tuple[str, ...]
    """Token → the name in its own script; the Latin spelling where that is its own."""
    siblings: Mapping[int, tuple[int, ...]]
    """Token → tokens of the other spellings of the same name."""
    cultures: tuple[Culture, ...]
    canary: int
    """Token of the planted name."""


@cache
def name_book() -> NameBook:
    """Return the one name book. It depends on the culture files and Faker's lists, not on a seed."""
    return _Binder().bind(sorted(_FOLDER.glob("*.toml")))


class _Binder:
    """Gathers names into one numbered table while the cultures are read."""

    def __init__(self) -> None:
        self.latin: list[str] = []
        self.native: list[str] = []
        self.siblings: dict[int, tuple[int, ...]] = {}
        self.known: dict[tuple[str, ...], tuple[int, ...]] = {}

    def bind(self, paths: Sequence[Path]) -> NameBook:
        canary = self._tokens((CANARY_NAME,))[0]
        cultures = tuple(self._culture(path.stem, tomllib.loads(path.read_text("utf-8"))) for path in paths)
        return NameBook(tuple(self.latin), tuple(self.native), self.siblings, cultures, canary)

    def _culture(self, key: str, content: Mapping[str, Any]) -> Culture:
        providers = [_person_provider(locale) for locale in content["locales"]]
        fathers = [_faker_names(providers, f"middle_names_{sex}") for sex in ("male", "female")]
        return Culture(
            key=key,
            weight=content["weight"],
            two_surnames=content["two_surnames"],
            two_given_names=content["two_given_names"],
            patronymics=content.get("patronymics", 0.0),
            mononyms=content["mononyms"],
            native_names=content.get("native_names", 0.0),
            unknown_birthdays=content["unknown_birthdays"],
            nationalities=content["nationalities"],
            languages=content["languages"],
            families=(
                self._pool(content, "families", _faker_names(providers, "last_names_male", "last_names")),
                self._pool(content, "families", _faker_names(providers, "last_names_female", "last_names")),
            ),
            given=(
                self._pool(content, "given_male", _faker_names(providers, "first_names_male", "first_names")),
                self._pool(
                    content, "given_female", _faker_names(providers, "first_names_female", "first_names")
                ),
            ),
            fathers=(self._pool({}, "", fathers[0]), self._pool({}, "", fathers[1]))
            if all(fathers)
            else None,
        )

    def _pool(self, content: Mapping[str, Any], kind: str, listed: Weighted) -> Pool:
        curated = _by_rank([tuple(spellings) for spellings in content.get(kind, [])])
        share = float(content.get("curated_share", 0.0)) if curated else 0.0
        if not listed:
            share = 1.0
        weights: dict[int, float] = {}
        for names, part in ((curated, share), (listed, 1.0 - share)):
            whole = sum(names.values())
            for spellings, weight in names.items():
                tokens = self._tokens(spellings)
                falloff = [_SPELLING_FALLOFF**place for place in range(len(tokens))]
                for token, ratio in zip(tokens, falloff, strict=True):
                    added = part * weight / whole * ratio / sum(falloff)
                    weights[token] = weights.get(token, 0.0) + added
        cumulative = np.cumsum(np.array(list(weights.values()), dtype=np.float64))
        return Pool(np.array(list(weights), dtype=np.int32), cumulative / cumulative[-1])

    def _tokens(self, spellings: tuple[str, ...]) -> tuple[int, ...]:
        """Return one token for each Latin spelling of the name; make them where they are new."""
        if spellings in self.known:
            return self.known[spellings]
        native = spellings[0] if is_native_script(spellings[0]) else ""
        latin = spellings[1:] if native and len(spellings) > 1 else spellings
        if native and len(spellings) == 1:
            latin = (romanise(native),)
        tokens = tuple(range(len(self.latin), len(self.latin) + len(latin)))
        self.latin.extend(latin)
        self.native.extend(native or spelling for spelling in latin)
        for token in tokens:
            self.siblings[token] = tuple(other for other in tokens if other != token)
        self.known[spellings] = tokens
        return tokens


def _person_provider(locale: str) -> Any:
    return Factory.create(locale, providers=[_PERSON_PROVIDER]).get_providers()[0]


def _faker_names(providers: Iterable[Any], *attributes: str) -> Weighted:
    """Return the names in the first of ``attributes`` that a provider has; each provider weighs 1."""
    names: Weighted = {}
    for provider in providers:
        listed = next((found for name in attributes if (found := _listed(provider, name))), None)
        if listed is None:
            continue
        whole = sum(listed.values())
        for spellings, weight in listed.items():
            names[spellings] = names.get(spellings, 0.0) + weight / whole
    return names


def _listed(provider: Any, attribute: str) -> Weighted:
    found = getattr(provider, attribute, None)
    if isinstance(found, dict):
        return {(name.strip(),): float(found[name]) for name in sorted(found) if _usable(name)}
    if not isinstance(found, (tuple, list, set, frozenset)):
        return {}
    usable = sorted({name.strip() for name in found if _usable(name)})
    order = np.random.default_rng(_SHUFFLE_SEED).permutation(len(usable))
    return _by_rank([(usable[place],) for place in order])


def _by_rank(names: Sequence[tuple[str, ...]]) -> Weighted:
    return {name: 1.0 / (rank + _RANK_OFFSET) for rank, name in enumerate(names)}


def _usable(name: str) -> bool:
    stripped = name.strip()
    if not 1 <= len(stripped) <= _LONGEST_NAME:
        return False
    return bool(romanise(stripped)) if is_native_script(stripped) else stripped.replace(" ", "").isprintable()
