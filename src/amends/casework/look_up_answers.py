"""What was system X told about this person on 3 December at noon, and why? Every look-up is itself journalled (R50)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from amends.casework.acts import Act, journalled
from amends.casework.past_answers import ExplainedAnswer, WouldBe, explained, would_be
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.answer_store import AnswerFilter, AnswerStore, ChainCheck, GivenAnswer
from amends.ledger.hold_history import HoldHistory, histories
from amends.ledger.journal import recorded
from amends.ledger.models import Erasure, FormerFingerprint, HeldIdentifier, Incident, Remedy
from amends.ledger.scope_keys import DataKind
from amends.vocabulary.errors import UsageError
from amends.vocabulary.identifier import normalised_identifier
from amends.vocabulary.personal import Personal

_LONG_AGO: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom the question is about: by one of these, and never by an argument that holds an identifier."""

    holds: tuple[int, ...] = ()
    """Keys of holds."""
    incident: Incident | None = None
    row: int | None = None
    """Row number in the leaked file of ``incident``."""
    identifier: Personal | None = field(default=None, repr=False)
    """As somebody typed it."""


@dataclass(frozen=True, slots=True)
class When:
    """An instant, or a range of instants."""

    begins: datetime | None
    """None: the last answer up to ``ends``."""
    ends: datetime


@dataclass(frozen=True, slots=True)
class AnswersFound:
    """What was asked and answered, what the ledger says held then, and whether the two agree."""

    holds: tuple[HoldHistory, ...]
    answers: tuple[ExplainedAnswer, ...]
    would_be: tuple[WouldBe, ...]
    """For an instant: what the answer would have been to whoever asked just then, for each barred action."""
    chain: ChainCheck | None
    """Of the batches that hold these answers; None where there are none."""
    store_exists: bool
    gaps: tuple[str, ...] = ()
    """Why earlier answers may exist that were not found, in words."""


def look_up_answers(*, whom: Whom, when: When, system: str = "", act: Act) -> AnswersFound:
    """Return the answers about one person to ``system`` (or to all), with their reasons, and check the record.

    Raises `UsageError` ``person-not-named`` unless exactly one way of naming is used, ``row-unknown`` and
    ``identifier-malformed``; `FaultError` ``answers-unreadable``. The journal entry says for what purpose somebody
    looked, and about which holds; it holds no identifier and no fingerprint.
    """
    check_may(act, "look_up_answers")
    fingerprints, keys = _named(whom)
    past = tuple(histories(keys))
    store = AnswerStore(current.home())
    wanted = AnswerFilter(tuple(sorted(fingerprints)), when.begins or _LONG_AGO, when.ends, system)
    given = _given(store, wanted, when) if store.exists() else []
    with journalled("look_up_answers", act) as change:
        found = AnswersFound(
            holds=past,
            answers=tuple(explained(answer, past) for answer in given),
            would_be=tuple(would_be(past, fingerprints, at=when.ends)) if when.begins is None else (),
            chain=store.check_chain(given) if given else None,
            store_exists=store.exists(),
            gaps=tuple(_gaps(past)),
        )
        change.incident = whom.incident.reference if whom.incident else ""
        change.detail = {
            "holds": [history.reference for history in past],
            "system": system or "every",
            "from": when.begins.isoformat() if when.begins else "",
            "to": when.ends.isoformat(),
            "answers": len(given),
            # Null where there was nothing to check: only what was checked is intact.
            "record_intact": None if found.chain is None else not found.chain.broken,
            "gaps": len(found.gaps),
        }
    return found


def _given(store: AnswerStore, wanted: AnswerFilter, when: When) -> list[GivenAnswer]:
    return store.answers(wanted) if when.begins else store.last_before(wanted)


def _named(whom: Whom) -> tuple[frozenset[str], list[int]]:
    """Return the fingerprints by which the person was asked about, and the holds on the person."""
    ways = [bool(whom.holds), whom.row is not None, whom.identifier is not None]
    if sum(ways) != 1:
        raise UsageError(
            "person-not-named",
            "nobody, or somebody in two ways, is named",
            hint="give --hold, or --row with --incident, or --identifier and type it at the prompt",
        )
    if whom.identifier is not None:
        return _by_identifier(whom.identifier)
    holds = list(whom.holds) if whom.holds else _holds_of_row(whom)
    chosen = list(_all_holds_of_the_person(holds))
    texts = HeldIdentifier.objects.filter(hold__in=chosen).values_list("fingerprint", flat=True)
    former = FormerFingerprint.objects.filter(hold__in=chosen).values_list("fingerprint", flat=True)
    return frozenset({*texts, *former}), chosen


def _by_identifier(identifier: Personal) -> tuple[frozenset[str], list[int]]:
    normal = normalised_identifier(identifier.reveal())
    if not normal:
        raise UsageError(
            "identifier-malformed",
            "what was typed is no identifier",
            hint="type the identification number as it stands in the file or the registry",
        )
    text = current.sealer().fingerprint(normal)
    holds = HeldIdentifier.objects.filter(fingerprint=text).order_by("hold").values_list("hold_id", flat=True)
    former = FormerFingerprint.objects.filter(successor=text).values_list("fingerprint", flat=True)
    return frozenset({text, *former}), list(holds)


def _gaps(past: Sequence[HoldHistory]) -> Iterator[str]:
    """Say why answers that were given earlier may be among those that nobody can find by this person any more."""
    holds = [history.hold for history in past]
    kept = set(FormerFingerprint.objects.filter(hold__in=holds).values_list("key_id", flat=True))
    if lost := recorded("rekey_fingerprints", "removed_keys") - kept:
        yield (
            f"identifiers were re-keyed {len(lost)} times without a record of what these fingerprints were before: "
            "answers from before that may not be found"
        )
    incidents = {history.incident for history in past}
    if Erasure.objects.filter(incident__reference__in=incidents, kind=DataKind.IDENTIFIERS).exists():
        yield "the identifiers were erased when their retention ended: answers about them are not found any more"


def _holds_of_row(whom: Whom) -> list[int]:
    found: list[int] = []
    if whom.incident is not None and whom.row is not None:
        holds = Remedy.objects.filter(incident=whom.incident, kind=Remedy.Kind.HOLD, row__row_number=whom.row)
        found = list(holds.values_list("id", flat=True))
    if not found:
        raise UsageError(
            "row-unknown",
            "there is no held row of this number in this incident",
            hint="give the row's number as the spreadsheet shows it, with --incident",
        )
    return found


def _all_holds_of_the_person(holds: Sequence[int]) -> Iterator[int]:
    """Yield these holds and every other hold of the same persons: whoever asked about one was told of any."""
    persons = Remedy.objects.filter(pk__in=holds, person__isnull=False).values_list("person_id", flat=True)
    others = Remedy.objects.filter(kind=Remedy.Kind.HOLD, person__in=list(persons)).values_list(
        "id", flat=True
    )
    yield from sorted({*holds, *others})
