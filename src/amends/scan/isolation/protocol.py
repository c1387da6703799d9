"""The lines of JSON that the child answers with, and their bounds.

```
["confined", how]                                     before the first byte is read: what the child gave up
["needs", format]                                     start again with what this format imports; nothing else follows
["format", where, name]                               which format recognised the file, or the one inside it at where
["parts", [[where, kind, hidden, text], ...]]         pieces of text
["table", where, name, hidden]                        a table begins
["columns", [[first, last, hidden], ...]]             hidden columns of the open table, as far as they are known
["rows", [[number, hidden, columns, texts, marks], ...]]   rows of the open table
["table-end", [[first, last, hidden], ...], header row]    the table is complete
["drop", code, amount]                                the open table could not be read to its end
["unread", where, code, amount]                       a piece that could not be read
["picture", where, hidden, width, height, pixels]     a page as it is shown, when drawing was asked for; Base64
["end"]                                               nothing was forgotten
```

``where`` is a list of steps, outermost first; ``hidden`` is empty or one of `amends.scan.hidden`; ``columns`` of a row
is null where the texts lie in columns 0, 1, 2 ..., else it is ascending; ``marks`` is null or a list of
``[column, hidden]``; ``first`` and ``last`` are hidden columns, 0-based; a header row of 0 is not known. Without the
last line nothing is complete. Codes are those of `amends.scan.reasons`; no sentence crosses.
"""

from __future__ import annotations

from typing import Final

BATCH_CELLS: Final = 8_192
BATCH_CHARACTERS: Final = 1 << 20
LONGEST_ROW_CHARACTERS: Final = 4 << 20
LONGEST_LINE: Final = 192 << 20
"""Bytes of one line: a batch and a longest row, every character at its longest in UTF-8 or escaped; or a picture."""
MEMORY_EXIT: Final = 12
"""Exit status of a child that ran out of the memory allowed (ENOMEM)."""
CONFINEMENTS: Final = ("system-calls", "limits")
"""What the child gave up: every system call but those that reading needs, or only what its limits take away."""
LONGEST_STEP: Final = 255
MOST_STEPS: Final = 64
LAST_ROW: Final = 1 << 31
LAST_COLUMN: Final = 16_384
"""Columns are numbered below this; a delimited file that is wider is not read."""
