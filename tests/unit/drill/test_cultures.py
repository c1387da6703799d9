from __future__ import annotations

import numpy as np
import pytest

from amends.drill.cultures import name_book
from amends.drill.romanising import is_native_script


@pytest.mark.parametrize("culture", name_book().cultures, ids=lambda culture: culture.key)
def test_every_culture_draws_names_nationalities_and_languages(culture):
    for pools in (culture.families, culture.given):
        for pool in pools:
            assert len(pool.tokens) >= 8
            assert pool.cumulative[-1] == pytest.approx(1.0)
            assert np.all(np.diff(pool.cumulative) > 0)
    assert sum(culture.nationalities.values()) == pytest.approx(1.0)
    assert sum(culture.languages.values()) == pytest.approx(1.0)


def test_every_official_spelling_is_in_latin_letters():
    assert all(name_book().latin)
    assert [name for name in name_book().latin if is_native_script(name)] == []


def test_every_spelling_knows_the_other_spellings_of_the_same_name_and_not_itself():
    book = name_book()
    mohammed = next(token for token, name in enumerate(book.latin) if book.native[token] == "محمد")
    others = {book.latin[token] for token in book.siblings[mohammed]}
    assert {book.latin[mohammed], *others} >= {"Mohammed", "Muhammad", "Mohamed"}
    assert all(token not in siblings for token, siblings in book.siblings.items())


def test_common_names_are_common_and_rare_names_rare():
    spanish = next(culture for culture in name_book().cultures if culture.key == "spanish_american")
    drawn = spanish.families[0].draw(50_000, np.random.default_rng(3))
    counts = np.sort(np.unique(drawn, return_counts=True)[1])[::-1]
    assert counts[:20].sum() > 0.3 * len(drawn)
    assert len(counts) > 500
