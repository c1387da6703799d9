"""What notices, letters and playbooks need to know of single persons of the registry."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.link.dates import as_text
from amends.link.mapping import FactColumn, RegistryColumns
from amends.link.registry_file import TableFile

_TRUE: Final = ("1", "true", "yes", "y", "t")
_LATIN_OR_NEUTRAL: Final = r"^[\p{Latin}\p{Common}\p{Inherited}]*$"


def read_details(file: TableFile, columns: RegistryColumns, person_ids: pa.Array) -> pa.Table:
    """Return one row per known person of ``person_ids``, in the order asked for; see `Registry.details`."""
    asked = as_text(person_ids)
    plain = {
        "person_id": columns.person_id,
        "family_name": columns.family_name,
        "given_name": columns.given_name,
        "full_name": columns.full_name,
        "other_names": columns.other_names,
        "date_of_birth": columns.date_of_birth,
        "language": columns.language,
        "address": columns.address,
        "contact_channels": columns.contact_channels,
        "deceased": columns.deceased,
        "representative_id": columns.representative_id,
        "representative_name": columns.representative_name,
        "representative_address": columns.representative_address,
        "tribunal_name": columns.tribunal_name,
        "tribunal_address": columns.tribunal_address,
        "tribunal_case": columns.tribunal_case,
        **{f"fact_{name}": fact.column for name, fact in columns.facts.items()},
    }
    found = _chosen_rows(file, columns.person_id, asked, [name for name in plain.values() if name])
    texts = {ours: _texts(found, theirs) for ours, theirs in plain.items()}
    texts["native_name"] = _native_names(texts.pop("other_names"))
    texts["full_name"] = _full_names(texts["full_name"], texts["given_name"], texts["family_name"])
    texts["deceased"] = pc.is_in(pc.utf8_lower(texts["deceased"]), value_set=pa.array(_TRUE))
    for name, fact in columns.facts.items():
        texts[f"fact_{name}"] = _fact(texts[f"fact_{name}"], fact)
    order = pc.index_in(asked, value_set=texts["person_id"]).drop_null()
    return pa.table(texts).select(_columns_in_order(texts)).take(order)


def _columns_in_order(texts: dict[str, pa.Array]) -> list[str]:
    names = [name for name in texts if name != "native_name"]
    names.insert(names.index("full_name") + 1, "native_name")
    return names


def _chosen_rows(file: TableFile, person_id: str, asked: pa.Array, columns: list[str]) -> pa.Table:
    chosen = []
    for batch in file.batches(columns):
        mask = pc.is_in(as_text(batch.column(person_id)), value_set=asked)
        chosen.append(batch.filter(mask))
    return pa.Table.from_batches(chosen)


def _texts(table: pa.Table, column: str) -> pa.Array:
    if not column:
        return pa.array([""] * table.num_rows, pa.string())
    return pc.utf8_trim_whitespace(pc.fill_null(as_text(table.column(column)), ""))


def _full_names(full: pa.Array, given: pa.Array, family: pa.Array) -> pa.Array:
    joined = pc.utf8_trim_whitespace(pc.binary_join_element_wise(given, family, " "))
    return pc.if_else(pc.equal(full, ""), joined, full)


def _native_names(other_names: pa.Array) -> pa.Array:
    """Return the first of the other names that is not in Latin script, or the empty text."""
    lists = pc.split_pattern(other_names, "|")
    names = pc.utf8_trim_whitespace(lists.flatten())
    owners = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    native = ~pc.match_substring_regex(names, _LATIN_OR_NEUTRAL).to_numpy(zero_copy_only=False)
    # Written backwards, so that of several native names the first one stays.
    chosen = np.full(len(other_names), -1, dtype=np.int64)
    chosen[owners[native][::-1]] = np.flatnonzero(native)[::-1]
    return pc.fill_null(names.take(pa.array(chosen, mask=chosen < 0)), "")


def _fact(values: pa.Array, fact: FactColumn) -> pa.Array:
    encoded = values.dictionary_encode()
    words = pa.array([fact.translate(word) for word in encoded.dictionary.to_pylist()], pa.string())
    return words.take(encoded.indices)
