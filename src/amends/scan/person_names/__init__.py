"""Tells names of persons: in columns, where no header says so, and in running text.

A list of names and facilities holds no number and no pattern, and is still the worst leak of all. Names are known
from public counts (`amends.scan.person_names.gazetteer`), so people whose names are rare there are found less
often; what stands around a name, and what shape it has, speaks for them.
"""
