"""Charts as SVG text, drawn without a library: two shapes are all that the report needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Final

from django.utils.safestring import SafeString, mark_safe

_WIDTH: Final = 1000
_BAR_HEIGHT: Final = 34
_TONES: Final = 6
_FEWEST_FOR_AXIS: Final = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a whole."""

    label: str
    value: int


def stacked_bar(bars: Sequence[Bar]) -> SafeString:
    """Return one horizontal bar, its parts in proportion, with a legend as text for readers without eyes.

    Empty parts are left out; a whole of zero gives the empty string.
    """
    shown = [bar for bar in bars if bar.value > 0]
    total = sum(bar.value for bar in shown)
    if not total:
        return mark_safe("")
    pieces, legend, left = [], [], 0.0
    for index, bar in enumerate(shown):
        width = _WIDTH * bar.value / total
        tone = f"tone{index % _TONES}"
        pieces.append(
            f'<rect class="{tone}" x="{left:.2f}" y="0" width="{width:.2f}" height="{_BAR_HEIGHT}"/>'
        )
        legend.append(f'<li><span class="key {tone}"></span>{escape(bar.label)} <b>{bar.value:,}</b></li>')
        left += width
    alternative = escape(", ".join(f"{bar.label} {bar.value:,}" for bar in shown))
    # Every text above is escaped; numbers are ours.
    return mark_safe(  # noqa: S308
        f'<svg class="bar" viewBox="0 0 {_WIDTH} {_BAR_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{alternative}">{"".join(pieces)}</svg><ul class="legend">{"".join(legend)}</ul>'
    )


def timeline_chart(moments: Sequence[tuple[datetime, str, str]]) -> SafeString:
    """Return moments (instant, title, kind) along a line, evenly spaced: hours and years stand side by side.

    Shown are the first moment of each title only, because a journal repeats itself and a picture must not.
    """
    first: dict[str, tuple[datetime, str]] = {}
    for at, title, kind in moments:
        first.setdefault(title, (at, kind))
    if len(first) < _FEWEST_FOR_AXIS:
        return mark_safe("")
    step = _WIDTH / len(first)
    marks = []
    for index, (title, (at, kind)) in enumerate(first.items()):
        x = step * (index + 0.5)
        y = 34 if index % 2 == 0 else 92
        when = f"{at.astimezone(UTC):%d %b %H:%M}"
        marks.append(
            f'<g class="{escape(kind)}"><line x1="{x:.1f}" y1="{y + 8 if y < 60 else 60}" x2="{x:.1f}" '
            f'y2="{60 if y < 60 else y - 14}"/><circle cx="{x:.1f}" cy="60" r="6"/>'
            f'<text x="{x:.1f}" y="{y - 12 if y < 60 else y}">{escape(title)}</text>'
            f'<text class="when" x="{x:.1f}" y="{y + 3 if y < 60 else y + 15}">{when}</text></g>'
        )
    return mark_safe(  # noqa: S308
        f'<svg class="timeline" viewBox="0 0 {_WIDTH} 120" role="img" aria-label="Timeline">'
        f'<line class="axis" x1="0" y1="60" x2="{_WIDTH}" y2="60"/>{"".join(marks)}</svg>'
    )
