"""From what acting systems report to what it means: read, recorded, tied to rows, checked against promises."""
