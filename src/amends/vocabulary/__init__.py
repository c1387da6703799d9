"""The words that every room shares.

Standard library only, and no knowledge of any other room. What stands here is what two rooms would
otherwise each define for themselves: a personal value that masks itself, the way to a piece of
data, verdicts and outcomes, the judgement on a link, errors with a stable code, and the loader that
finds plug-ins.
"""
