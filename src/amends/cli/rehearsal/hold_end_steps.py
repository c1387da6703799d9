"""R25: a hold ends on proof alone, by two officers and a list; placed again, it is back at the next answer."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial

from amends.casework.advance_remedy import Shown, advance_remedy
from amends.casework.approve_release import approve_release
from amends.casework.grant_authority import Authority, grant_authority
from amends.casework.place_again import place_again
from amends.casework.queries.holds import show_holds
from amends.casework.queries.letters import LetterWriter
from amends.casework.request_release import ReleaseList, request_release
from amends.casework.results.prepare_letters import prepare_letters
from amends.casework.results.sender import load_sender
from amends.cli.rehearsal.gate_steps import Asking
from amends.cli.rehearsal.walking import Findings, Walk
from amends.gate_client.answer import CLEAR, HOLD

ASKER, APPROVER = "rita requester", "alan approver"
_TOLD = ("person", "representative")


def officers(walk: Walk, found: Findings) -> None:
    """R25: two officers found the list; and before notice no hold may be asked for."""
    walk.kept["passphrases"] = {name: secrets.token_urlsafe(24) for name in (ASKER, APPROVER)}
    for name, passphrase in walk.kept["passphrases"].items():
        both = Authority(may_request=True, may_approve=True)
        act = walk.act("found the list of officers")
        grant_authority(officer=name, passphrase=passphrase, authority=both, act=act)
    found.refuses(partial(_ask, walk), "hold-not-ended", "before notice the end is refused")
    found.check(*_lacking(walk, "notice"))


def tell(walk: Walk, found: Findings) -> None:
    """R25: the person and whoever stands for them are told, with proof of delivery; thirty days run from then."""
    notices = [n for n in walk.owed_to(_who(walk), kind="notice") if n.addressee in _TOLD]
    written = _written(walk, [notice.pk for notice in notices if notice.state == "owed"])
    keys = [notice.pk for notice in notices]
    for step, proof in (("dispatch", ""), ("prove_delivery", "signed receipt")):
        act = walk.act("handed over")
        advance_remedy(incident=walk.incident, remedies=keys, step=step, act=act, shown=Shown(proof=proof))
    states = {notice.state for notice in walk.owed_to(_who(walk), pk__in=keys)}
    found.check(
        states == {"delivered"}, f"{len(keys)} notices delivered with proof, {written} of them written now"
    )


def too_early(walk: Walk, found: Findings) -> None:
    """R25: before thirty days from that person's notice have passed the end is refused."""
    found.refuses(partial(_ask, walk), "hold-not-ended", "17 days after notice the end is refused")
    found.check(*_lacking(walk, "whole days"))


def lift(walk: Walk, found: Findings, asking: Asking) -> None:
    """R25: after thirty days, before the reviews are done, refused; then lifted by two, and placed again."""
    found.refuses(
        partial(_ask, walk), "hold-not-ended", "47 days after notice, with a review open, it is refused"
    )
    found.check(*_lacking(walk, "review"))
    _finish_reviews(walk)
    reference, keys = _ask(walk), _holds(walk)
    alone = partial(_approve, walk, reference, by=ASKER)
    found.refuses(alone, "second-person-is-first", "whoever asked may not approve")
    found.check(asking.answer_for(walk, _who(walk)) == HOLD, "while it is only asked for the gate says hold")
    done = _approve(walk, reference, by=APPROVER)
    found.check(done == len(keys), f"{done} hold lifted by two officers with a list of {len(keys)}")
    answer = asking.answer_for(walk, _who(walk))
    found.check(answer == CLEAR, f"the gate's next answer: {answer}")
    asking.in_step(walk, found)
    again = place_again(incident=walk.incident, holds=keys, act=walk.act("new facts"))
    answer = asking.answer_for(walk, _who(walk))
    found.check(
        again.placed == len(keys) and answer == HOLD, f"placed again, the gate's next answer: {answer}"
    )
    asking.in_step(walk, found)


def _who(walk: Walk) -> str:
    return walk.cast.in_custody[0]


def _holds(walk: Walk) -> list[int]:
    return [hold.pk for hold in walk.owed_to(_who(walk), kind="hold")]


def _ask(walk: Walk) -> str:
    keys = tuple(_holds(walk))
    return request_release(
        incident=walk.incident,
        wanted=ReleaseList(keys, len(keys)),
        passphrase=walk.kept["passphrases"][ASKER],
        act=walk.act("told, waited for and reviewed", by=ASKER),
    ).reference


def _approve(walk: Walk, reference: str, *, by: str) -> int:
    return approve_release(
        release=reference,
        count=len(_holds(walk)),
        passphrase=walk.kept["passphrases"][by],
        act=walk.act("I read the list and the receipts", by=by),
    ).lifted


def _lacking(walk: Walk, word: str) -> tuple[bool, str]:
    shown = show_holds(walk.incident, now=walk.now, only=_holds(walk))
    reasons = {reason for line in shown.lines for reason in line.stands_because}
    return any(word in reason for reason in reasons), f"it stands because {'; '.join(sorted(reasons))}"


def _finish_reviews(walk: Walk) -> None:
    for step in ("begin", "grant"):
        source = "open" if step == "begin" else "under_review"
        keys = [review.pk for review in walk.owed_to(_who(walk), kind="review", state=source)]
        if keys:
            advance_remedy(
                incident=walk.incident, remedies=keys, step=step, act=walk.act("reviewed, in their favour")
            )


def _written(walk: Walk, owed: Sequence[int]) -> int:
    """Render the letters that the drill did not; a letter that does not exist is not recorded as prepared."""
    if not owed:
        return 0
    sender = load_sender(walk.folder.parent / "sender.toml").sender
    batch = LetterWriter(walk.incident, sender, today=walk.now).notices()
    letters = [letter for letter in batch.letters if letter.remedy in owed]
    heads = prepare_letters(letters, out=walk.folder / "letters", processes=1).heads
    act = walk.act("letters written")
    advance_remedy(
        incident=walk.incident, remedies=list(heads), step="prepare", act=act, shown=Shown(content=heads)
    )
    return len(heads)
