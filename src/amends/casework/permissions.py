"""May this actor do this? One operator for now: everyone who holds the ledger's key may do everything.

The question is asked in every verb all the same, so that roles find their place already made.
"""

from __future__ import annotations

from typing import Final

from amends.casework.acts import Act
from amends.vocabulary.errors import RefusalError

VERBS: Final = frozenset(
    {
        "screen_release",
        "count_affected",
        "open_incident",
        "protect_population",
        "assess_exposure",
        "identify_affected",
        "plan_remedies",
        "update_statuses",
        "advance_remedy",
        "assign_review",
        "decide_review",
        "second_look",
        "import_actions",
        "check_actions",
        "advance_breach",
        "find_harmed",
        "record_attempt",
        "set_recipient_policy",
        "assess_harm",
        "decide_not_to_notify",
        "publish_figures",
        "take_evidence",
        "close_incident",
        "rotate_keys",
        "renew_data_keys",
        "rekey_fingerprints",
        "preserve_evidence",
        "lift_preservation",
        "apply_retention",
        "back_up",
        "place_again",
        "extend_hold",
        "grant_authority",
        "revoke_authority",
        "request_release",
        "approve_release",
        "refuse_release",
        "request_file_release",
        "approve_file_release",
        "refuse_file_release",
        "withdraw_file_release",
        "learn_registry",
        "set_unknown_answer",
        "look_up_answers",
        "plan_supplementary_notice",
        "drill_backup",
        "record_restore",
        "settle_duty",
        "date_duty",
        "record_trigger",
        "correct_timestamp",
        "recount_duties",
        "record_delay_request",
        "fire_clocks",
        "register_system",
        "retire_system",
        "replace_list_secret",
        "resume_push",
        "issue_api_key",
        "rotate_api_key",
        "revoke_api_key",
        "publish_hold_lists",
        "announce_hold_list",
        "collect_acknowledgements",
        "reconcile_holds",
    }
)


def check_may(act: Act, verb: str) -> None:
    """Raise `RefusalError` ``not-permitted`` unless the actor may do ``verb``."""
    if verb not in VERBS:
        raise RefusalError(
            "not-permitted",
            f"{act.actor!r} may not do {verb!r}",
            hint="ask for one of the verbs of casework; nobody has a right beyond them",
        )
