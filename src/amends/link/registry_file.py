"""The registry's file, read as text columns: CSV or Parquet, whole columns or batch by batch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from amends.vocabulary.errors import UsageError

_BLOCK = 1 << 20
_DELIMITERS = (",", ";", "\t", "|")


class TableFile:
    """A CSV or Parquet file of which single columns can be read.

    CSV is taken as UTF-8 text throughout, so that leading zeros survive; the delimiter (comma, semicolon,
    tab or bar) is the one most frequent in the header line. A line with the wrong number of fields makes
    the whole file unreadable: a person silently left out would never be told.
    """

    def __init__(self, path: Path, kind: str) -> None:
        self.path = path
        self.kind = kind
        """``registry`` or ``status history``; names the file in errors."""
        self._code = kind.replace(" ", "-")
        if not path.is_file():
            raise UsageError(
                f"{self._code}-missing",
                f"The {kind} file does not exist.",
                hint="Give the path of a .csv or .parquet file.",
                where=path.name,
            )
        if path.suffix.lower() not in (".csv", ".parquet"):
            raise self._unreadable("it is neither .csv nor .parquet")
        self.columns = self._read_columns()

    def read(self, columns: Sequence[str]) -> pa.Table:
        """Return these columns, whole."""
        batches = list(self.batches(columns))
        if not batches:
            return pa.table({name: pa.array([], pa.string()) for name in columns})
        return pa.Table.from_batches(batches)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield these columns batch by batch, so that wide registries need not fit in memory."""
        wanted = list(dict.fromkeys(columns))
        try:
            if self.path.suffix.lower() == ".parquet":
                with pq.ParquetFile(self.path) as file:
                    yield from file.iter_batches(batch_size=_BLOCK // 8, columns=wanted)
            else:
                with self._open_csv(wanted) as reader:
                    yield from reader
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            # Arrow quotes the offending line in its message: it must not travel on.
            raise self._unreadable("it is damaged, or a line has the wrong number of fields") from None

    def sha256(self) -> str:
        """Return the SHA-256 of the file as it lies on disk, in hexadecimal."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _read_columns(self) -> tuple[str, ...]:
        try:
            if self.path.suffix.lower() == ".parquet":
                return tuple(pq.read_schema(self.path).names)
            with self._open_csv(None) as reader:
                return tuple(reader.schema.names)
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            raise self._unreadable("it is damaged, empty or not UTF-8") from None

    def _open_csv(self, columns: list[str] | None) -> pa_csv.CSVStreamingReader:
        with self.path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        delimiter = max(_DELIMITERS, key=header.count)
        names = columns if columns is not None else _header_names(header, delimiter)
        return pa_csv.open_csv(
            self.path,
            read_options=pa_csv.ReadOptions(block_size=8 * _BLOCK),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=columns or [],
                strings_can_be_null=False,
            ),
        )

    def _unreadable(self, problem: str) -> UsageError:
        return UsageError(
            f"{self._code}-unreadable",
            f"The {self.kind} file cannot be read: {problem}.",
            hint="Export it again as UTF-8 CSV with one header line, or as Parquet.",
            where=self.path.name,
        )


def _header_names(header: str, delimiter: str) -> list[str]:
    return [name.strip().strip('"') for name in header.rstrip("\r\n").split(delimiter)]
