"""The command line: it translates words into verbs and results into words, and decides nothing.

Exit codes: 0 clear, 1 findings, 2 usage, 3 incomplete, 4 fault.
"""
