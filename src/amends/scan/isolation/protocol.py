"""The lines of JSON that the child answers with, and their bounds.

```
["format", "xlsx"]                                  which format recognised the file
["table", name, hidden]                             a table begins
["rows", [[number, hidden, columns, texts], ...]]   rows of the table that has begun
["table-end", [[first, last], ...], header row]     the table is complete
["drop", code, amount]                              the open table could not be read to its end
["unread", where, code, amount]                     a piece that could not be read
["end"]                                             nothing was forgotten
```

``hidden`` of a table is one of `HIDDEN_STATES`; ``columns`` of a row is null where the texts lie in
columns 0, 1, 2 ..., else it is ascending; ``first`` and ``last`` are hidden columns, 0-based; a header
row of 0 is not known. Without the last line, all the others are void. Codes are those of
`amends.scan.reasons`; no sentence crosses.
"""

from __future__ import annotations

from typing import Final

BATCH_CELLS: Final = 8_192
BATCH_CHARACTERS: Final = 1 << 20
LONGEST_ROW_CHARACTERS: Final = 4 << 20
LONGEST_LINE: Final = 64 << 20
"""Bytes of one line: a batch and a longest row, every character at its longest in UTF-8 or escaped."""
MEMORY_EXIT: Final = 12
"""Exit status of a child that ran out of the memory allowed (ENOMEM)."""
HIDDEN_STATES: Final = frozenset({"", "hidden sheet", "very hidden sheet"})
LONGEST_NAME: Final = 255
LAST_ROW: Final = 1 << 31
LAST_COLUMN: Final = 16_384
"""Columns are numbered below this; a delimited file that is wider is not read."""
