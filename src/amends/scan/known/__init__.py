"""Exact data match: the organisation's own people are known by keyed fingerprints, without their names.

A stolen index says nothing without its key, and the key never lies in it. With both, a release is searched for people
who must be protected even where it holds no pattern at all: a bare list of names. A finding says how many people of
which index are named at least; who they are is asked of the registry (`resolving`), by whoever may read that.
"""
