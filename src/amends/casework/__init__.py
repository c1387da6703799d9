"""The use cases, one verb a file; reading the listing is reading the story.

``screen_release`` → ``open_incident`` → ``protect_population`` → ``assess_exposure`` →
``identify_affected`` → ``plan_remedies`` → ``update_statuses`` → ``advance_remedy`` → ``publish_figures`` →
``close_incident``.
Verbs never call verbs: a door strings them together. Each is keyword-only, takes ``act`` (who, why, when),
checks permission, then policy, does its work in one transaction, writes one journal entry and
returns a frozen result. Done a second time, it changes nothing and says so.
"""
