"""What the law asks and by when: rules as data, each with its citation and how sure we are of it.

`rules/*.toml` hold the duties, one file a jurisdiction. `rules` says what a duty is and loads them, `reading` proves
that each is complete, `conditions` asks whom and what a duty covers, `deadlines` computes when it is due and
`working_days` counts days on which offices work. Nothing here decides that no duty exists: the answers are an instant,
"applies" and "a person must decide" (R38-R40), and an unverified rule never clears an obligation.
"""
