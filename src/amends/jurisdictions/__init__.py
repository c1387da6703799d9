"""What the law asks and by when: rules as data, each with its citation and how sure we are of it.

`rules/*.toml` hold the duties, the module `rules` loads and proves them, `deadlines` computes when one is
due. Nothing here decides that no duty exists: what is not known goes to a person (R38-R40), and an
unverified rule never clears an obligation.
"""
