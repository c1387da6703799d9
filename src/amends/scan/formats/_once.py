"""What several formats ask of one and the same open file in order to recognise it, found out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import BinaryIO, TypeVar
from weakref import WeakKeyDictionary

Found = TypeVar("Found")


def once(find: Callable[[BinaryIO], Found]) -> Callable[[BinaryIO], Found]:
    """Have a function of an open file remember its answer for as long as the file is open.

    The file must not change meanwhile; what is remembered must be small. A fault is not remembered.
    """
    known: WeakKeyDictionary[BinaryIO, Found] = WeakKeyDictionary()

    @wraps(find)
    def found(stream: BinaryIO) -> Found:
        try:
            return known[stream]
        except (KeyError, TypeError):  # the latter: a stream to which no weak reference is possible
            answer = find(stream)
        try:
            known[stream] = answer
        except TypeError:
            return answer
        return answer

    return found
