"""R26: every review to an outcome with reasons, and totals that reconcile at every moment."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from amends.casework.advance_remedy import advance_remedy
from amends.casework.assign_review import assign_review
from amends.casework.publish_figures import publish_figures
from amends.casework.queries.evidence import remedies_of
from amends.casework.queries.reviews import review_totals
from amends.casework.update_statuses import update_statuses
from amends.cli.rehearsal.walking import Findings, Walk
from amends.link.mapping import Mapping
from amends.link.registry import Registry

_RELEASED, _IN_CUSTODY = 2_900, 5_100
"""By day 52, of those in custody at the leak."""
_BATCHES = 5
_LEAVE = 5
"""So many leave custody without a decision: their review is without object."""
_REVIEW = "custody_review"


def reviews(walk: Walk, found: Findings) -> None:
    """R26: all reviews are assigned; in batches people are released; after each batch the figures reconcile."""
    everyone = _keys(walk, state="open")
    kept = set(_of(walk, walk.cast.in_custody[: _LEAVE + 1]))
    released = [key for key in everyone if key not in kept][: round(len(everyone) * _RELEASED / _IN_CUSTODY)]
    assigned = assign_review(
        incident=walk.incident, reviews=everyone, to="rivera", act=walk.act("shift plan")
    ).assigned
    found.check(assigned == len(everyone), f"{assigned:,} custody reviews under review")
    moments = [_published(walk)]
    size = -(-len(released) // _BATCHES)
    for start in range(0, len(released), size):
        walk.day += 5
        advance_remedy(
            incident=walk.incident,
            remedies=released[start : start + size],
            step="grant",
            act=walk.act("nothing speaks for custody", by="rivera"),
        )
        moments.append(_published(walk))
    sums = [m["custody_reviews"] == _parts(m) for m in moments]
    found.check(all(sums), f"{sum(sums)} of {len(sums)} editions add up")
    last = moments[-1]
    found.check(
        last["custody_reviews_released"] == len(released),
        f"{last['custody_reviews_released']:,} released + {last['custody_reviews_under_review']:,} under review + "
        f"{last['custody_reviews_other']:,} other = {last['custody_reviews']:,}",
    )
    totals = review_totals(walk.incident)[_REVIEW]
    found.check(
        totals.get("granted", 0) == len(released),
        f"the queue counts {totals.get('granted', 0):,} released too",
    )


def status_changes(walk: Walk, found: Findings) -> None:
    """R26: who leaves custody while the review is open has no review left, and the totals still add up."""
    leaving = walk.cast.in_custody[1 : _LEAVE + 1]
    open_before = len(_of(walk, leaving))
    registry = _released(walk, leaving)
    updated = update_statuses(
        incident=walk.incident, registry=registry, act=walk.act("the registry was read again")
    )
    moved = updated.transitions.get("in_custody → released", 0)
    found.check(moved == len(leaving), f"{moved} people in custody → released")
    withdrawn = sum(
        remedy.state == "withdrawn" for who in leaving for remedy in walk.owed_to(who, entitlement=_REVIEW)
    )
    found.check(
        withdrawn == open_before == len(leaving), f"{withdrawn} of their {open_before} open reviews withdrawn"
    )
    figures = _published(walk)
    found.check(
        figures["custody_reviews"] == _parts(figures), f"{figures['custody_reviews']:,} reviews still add up"
    )


def _released(walk: Walk, people: tuple[str, ...]) -> Registry:
    """Write the registry's history as it is once these people have left custody, and open it."""
    folder = walk.folder / "registry"
    folder.mkdir(mode=0o700)
    at = pa.scalar(walk.held_at, pa.timestamp("us", "UTC"))
    history = pq.read_table(walk.cast.files.status)
    moved = pc.and_(pc.is_in(history["person_id"], pa.array(people)), pc.is_null(history["valid_to"]))
    kind = history.schema.field("valid_to").type
    ends = pc.if_else(moved, at.cast(kind), history["valid_to"])
    column = history.schema.get_field_index("valid_to")
    history = history.set_column(column, "valid_to", ends)
    new: list[dict[str, Any]] = [
        {"person_id": who, "status": "RELEASED", "valid_from": walk.held_at, "valid_to": None}
        for who in people
    ]
    history = pa.concat_tables([history, pa.Table.from_pylist(new, schema=history.schema)])
    order = pc.sort_indices(history, sort_keys=[("person_id", "ascending"), ("valid_from", "ascending")])
    pq.write_table(history.take(order), folder / walk.cast.files.status.name, compression="zstd")
    registry = folder / walk.cast.files.registry.name
    registry.write_bytes(walk.cast.files.registry.read_bytes())
    return Registry.open(registry, Mapping.load(walk.cast.files.mapping))


def _keys(walk: Walk, **filters: Any) -> list[int]:
    found = remedies_of(walk.incident, None).filter(entitlement=_REVIEW, **filters).order_by("pk")
    return list(found.values_list("pk", flat=True))


def _of(walk: Walk, people: tuple[str, ...]) -> list[int]:
    owed = [walk.owed_to(who, entitlement=_REVIEW) for who in people]
    return [remedy.pk for remedies in owed for remedy in remedies]


def _published(walk: Walk) -> dict[str, int]:
    return publish_figures(incident=walk.incident, act=walk.act("figures of the day")).values


def _parts(figures: dict[str, int]) -> int:
    parts = ("custody_reviews_released", "custody_reviews_under_review", "custody_reviews_other")
    return sum(figures[part] for part in parts)
