"""Seeded synthetic registries and leaked sheets with truth, for tests of linking. No real person, ever.

Names come from Faker's word lists, drawn with a skew (few names are very common). The sheet carries the slips
that hand-typed lists carry, at stated rates; the truth says which person each row is.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from anyascii import anyascii

LOCALES = ("es_MX", "es_CO", "fr_FR", "pt_BR", "ar_SA", "fa_IR", "hi_IN", "ru_RU", "zh_CN", "tr_TR", "uk_UA")
_SHARES = np.array([30, 15, 8, 8, 8, 5, 8, 7, 5, 3, 3]) / 100
_VARIANTS = (
    ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ph", "f"), ("kh", "h"), ("mm", "m"), ("ss", "s"), ("ll", "l"),
    ("y", "i"), ("k", "q"), ("z", "s"), ("w", "v"), ("j", "y"), ("ck", "k"), ("ei", "ey"), ("u", "ou"),
)  # fmt: skip

MAPPING = """
[leaked]
identifiers = ["A-Number"]
family_name = "Last Name"
given_name = "First Name"
date_of_birth = "DOB"
nationality = "Citizenship"
[registry]
person_id = "person_id"
identifiers = ["a_number"]
family_name = "family_name"
given_name = "given_name"
other_names = "other_names"
date_of_birth = "date_of_birth"
nationality = "nationality"
"""


@dataclass(frozen=True)
class Rates:
    """Chance of each slip per row."""

    typo: float = 0.06
    variant: float = 0.06
    dropped_surname: float = 0.05
    reordered: float = 0.03
    crossed: float = 0.005
    swapped_date: float = 0.02
    date_slip: float = 0.02
    no_date: float = 0.02
    no_number: float = 0.04
    number_slip: float = 0.02
    wrong_number: float = 0.005
    lost_zeros: float = 0.5
    native_script: float = 0.01


@dataclass(frozen=True)
class Case:
    """A registry, a sheet, and the truth: ``truth[i]`` is the person index of row ``i``."""

    registry: pa.Table
    sheet: pa.Table
    truth: np.ndarray

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write registry and mapping; return their paths."""
        registry, mapping = folder / "registry.parquet", folder / "mapping.toml"
        pq.write_table(self.registry, registry)
        mapping.write_text(MAPPING, encoding="utf-8")
        return registry, mapping

    def person_ids(self) -> list[str]:
        """Return the true person id of every row."""
        ids: list[str] = self.registry.column("person_id").take(pa.array(self.truth)).to_pylist()
        return ids


def make_case(persons: int, rows: int, seed: int, rates: Rates | None = None) -> Case:
    """Return a registry of ``persons`` and a sheet of ``rows`` of them."""
    rng = np.random.default_rng(seed)
    people = _people(persons, rng)
    truth = np.sort(rng.choice(persons, rows, replace=False))
    return Case(_registry(people), _sheet(people, truth, rates or Rates(), rng), truth)


def _pool(locale: str, part: str) -> list[str]:
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    for name in (part, f"{part[:-1]}_male" if part == "first_names" else part):
        words = getattr(provider, name, None)
        if words:
            return sorted(dict.fromkeys(words))
    words = list(getattr(provider, "first_names_male", [])) + list(
        getattr(provider, "first_names_female", [])
    )
    return sorted(dict.fromkeys(words or getattr(provider, "last_names_male", [])))


def _draw(words: list[str], count: int, rng: np.random.Generator) -> np.ndarray:
    weights = 1 / (np.arange(len(words)) + 8)
    shuffled = np.array(words, dtype=object)[np.random.default_rng(len(words)).permutation(len(words))]
    return shuffled[rng.choice(len(words), count, p=weights / weights.sum())]


def _people(count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    locale = rng.choice(len(LOCALES), count, p=_SHARES)
    native_given, native_family = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    for number, name in enumerate(LOCALES):
        chosen = np.flatnonzero(locale == number)
        given, family = _pool(name, "first_names"), _pool(name, "last_names")
        native_given[chosen] = _draw(given, len(chosen), rng)
        surnames = _draw(family, len(chosen), rng)
        if name.startswith(("es", "pt")):
            surnames = surnames + " " + _draw(family, len(chosen), rng)
            middle = rng.random(len(chosen)) < 0.4
            native_given[chosen[middle]] += " " + _draw(given, int(middle.sum()), rng)
        native_family[chosen] = surnames
    twins = rng.choice(count - 1, count // 100, replace=False)
    days = (rng.beta(4, 4, count) * 24_000 - 8_000).astype(int)
    locale_of = np.array(LOCALES)[locale]
    for one in twins:
        if locale[one] == locale[one + 1]:
            native_family[one + 1] = native_family[one]
            days[one + 1] = days[one]
    latin = {word: " ".join(_romanised(word)) for word in {*native_given, *native_family}}
    numbers = rng.choice(900_000_000, count, replace=False) + 1_000_000
    return {
        "native": np.array(
            [f"{given} {family}" for given, family in zip(native_given, native_family, strict=True)]
        ),
        "given": np.array([latin[word] for word in native_given], dtype=object),
        "family": np.array([latin[word] for word in native_family], dtype=object),
        "day": days,
        "number": numbers,
        "locale": locale_of,
    }


def _romanised(name: str) -> list[str]:
    return [anyascii(word).replace("'", "").replace("`", "").title() or "X" for word in name.split()]


def _registry(people: dict[str, np.ndarray]) -> pa.Table:
    count = len(people["day"])
    non_latin = ~np.isin(people["locale"], ["es_MX", "es_CO", "fr_FR", "pt_BR", "tr_TR"])
    other = np.where(non_latin, people["native"], "")
    return pa.table(
        {
            "person_id": [f"P{index:07d}" for index in range(count)],
            "a_number": [f"A{number:09d}" for number in people["number"]],
            "family_name": pa.array(people["family"], pa.string()),
            "given_name": pa.array(people["given"], pa.string()),
            "other_names": pa.array(other, pa.string()),
            "date_of_birth": pa.array(people["day"].astype("datetime64[D]")).cast(pa.string()),
            "nationality": [locale[-2:] for locale in people["locale"]],
        }
    )


def _sheet(
    people: dict[str, np.ndarray], truth: np.ndarray, rates: Rates, rng: np.random.Generator
) -> pa.Table:
    lines = [_row(people, index, rates, rng) for index in truth]
    columns = list(zip(*lines, strict=True))
    names = ("A-Number", "Last Name", "First Name", "DOB", "Citizenship")
    table = {name: pa.array(values, pa.string()) for name, values in zip(names, columns, strict=True)}
    return pa.table({"row": pa.array(np.arange(len(truth)) + 2), **table})


def _row(
    people: dict[str, np.ndarray], index: int, rates: Rates, rng: np.random.Generator
) -> tuple[str, ...]:
    family, given = people["family"][index].split(), people["given"][index].split()
    if rng.random() < rates.dropped_surname and len(family) > 1:
        family = family[: len(family) - 1]
    if rng.random() < rates.reordered and len(family) > 1:
        family = family[::-1]
    if rng.random() < rates.typo:
        side = family if rng.random() < 0.5 else given
        place = rng.integers(len(side))
        side[place] = _typo(side[place], rng)
    if rng.random() < rates.variant:
        side = family if rng.random() < 0.5 else given
        side[:] = [_variant(word, rng) for word in side]
    if rng.random() < rates.crossed:
        family, given = given, family
    if rng.random() < rates.native_script:
        native = people["native"][index].split()
        given, family = native[: len(given)], native[len(given) :]
    return (
        _number(int(people["number"][index]), rates, rng),
        " ".join(family),
        " ".join(given),
        _date(int(people["day"][index]), rates, rng),
        people["locale"][index][-2:],
    )


def _typo(word: str, rng: np.random.Generator) -> str:
    place = int(rng.integers(len(word)))
    letter = "abcdefghijklmnopqrstuvwxyz"[rng.integers(26)]
    kind = rng.integers(4)
    if kind == 0 and len(word) > 3:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + letter + word[place:]
    if kind == 2 and place + 1 < len(word):
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + letter + word[place + 1 :]


def _variant(word: str, rng: np.random.Generator) -> str:
    low = word.lower()
    possible = [(old, new) for old, new in _VARIANTS if old in low]
    if not possible:
        return word
    old, new = possible[rng.integers(len(possible))]
    return low.replace(old, new, 1).title()


def _number(number: int, rates: Rates, rng: np.random.Generator) -> str:
    chance = rng.random()
    if chance < rates.no_number:
        return ""
    if chance < rates.no_number + rates.wrong_number:
        return f"A{rng.integers(1_000_000, 900_000_000):09d}"
    text = f"{number:09d}"
    if chance < rates.no_number + rates.wrong_number + rates.number_slip:
        place = int(rng.integers(8))
        if rng.random() < 0.5:
            text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        else:
            text = text[:place] + str(rng.integers(10)) + text[place + 1 :]
    return text.lstrip("0") if rng.random() < rates.lost_zeros else f"A{text}"


def _date(day: int, rates: Rates, rng: np.random.Generator) -> str:
    date = np.datetime64(day, "D").item()
    chance = rng.random()
    if chance < rates.no_date:
        return ""
    if chance < rates.no_date + rates.swapped_date and date.day <= 12:
        return f"{date.year}-{date.day:02d}-{date.month:02d}"
    if chance < rates.no_date + rates.swapped_date + rates.date_slip:
        return str(
            np.datetime64(f"{date.year + int(rng.integers(-9, 10))}-{date.month:02d}-01") + (date.day - 1)
        )[:10]
    return date.isoformat()
