"""Drills: an incident of synthetic people, the truth about it, and the score of a response to it (R55).

`making.make_incident` writes what an organisation would hold on the day of a leak (the leaked
workbook, access logs, the registry with its status history, the mapping between them) and, apart
from it, what really happened. `score.score` compares a response with that truth.

Nobody in it exists: names are drawn from lists of names common in a language, and everything else
from a seeded generator. The room opens no real file, makes no judgement of its own about links or
recipients, and reads no clock: the same scenario, size and seed give byte-identical files.
"""
