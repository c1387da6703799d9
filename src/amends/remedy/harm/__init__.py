"""How much harm an incident can do to a cohort: one set of facts, judged under several regimes (R19, R20).

Never by count: how many people a cohort has is told beside the level and takes no part in it.
"""
