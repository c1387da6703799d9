"""What every file format keeps to. A new plug-in is found by itself and brings a builder of samples."""

from __future__ import annotations

import importlib
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.scan.formats.interface import Format, UnreadableError, UntrustedTable
from amends.scan.limits import DEFAULT_LIMITS, Limits
from amends.scan.opening import open_file
from amends.vocabulary.plugins import load_plugins
from tests.samples.formats.sample import PEOPLE, Sample, SampleBuilder

FORMATS: dict[str, Format] = load_plugins("amends.scan.formats")
EXECUTABLE = b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8


def builder_for(name: str) -> SampleBuilder:
    return cast("SampleBuilder", importlib.import_module(f"tests.samples.formats.{name}"))


def has_table(name: str) -> bool:
    """Whether the format has tables; a builder without them names a ``PLANTED_TEXT`` that must come out."""
    return getattr(builder_for(name), "HAS_TABLE", True)


every_format = pytest.mark.parametrize("name", FORMATS)
every_table_format = pytest.mark.parametrize("name", [name for name in FORMATS if has_table(name)])
every_text_format = pytest.mark.parametrize("name", [name for name in FORMATS if not has_table(name)])


def sample_file(name: str, folder: Path, sample: Sample = PEOPLE) -> Path:
    builder = builder_for(name)
    path = folder / f"sample.{builder.EXTENSION}"
    builder.build(path, sample)
    return path


def read_in_process(name: str, content: bytes) -> list[list[list[str]]]:
    """Read without a child, so that hundreds of tables can be tried in a second."""
    pieces = FORMATS[name].read(BytesIO(content), DEFAULT_LIMITS)
    return [[row.texts for row in piece.rows] for piece in pieces if isinstance(piece, UntrustedTable)]


@every_format
def test_a_format_is_called_what_its_module_is_called(name: str) -> None:
    assert FORMATS[name].name == name
    assert builder_for(name).EXTENSION in FORMATS[name].extensions


@every_table_format
def test_every_row_and_every_column_comes_out(name: str, tmp_path: Path) -> None:
    opened = open_file(sample_file(name, tmp_path))
    table = opened.tables[0]
    assert opened.complete
    assert table.columns == PEOPLE.columns
    assert table.rows == PEOPLE.rows
    assert table.row_numbers == (2, 3, 4, 5)


@every_text_format
def test_the_text_of_a_format_without_tables_comes_out_whatever_its_name(name: str, tmp_path: Path) -> None:
    path = sample_file(name, tmp_path)
    for named in (path, path.with_suffix(".png")):
        opened = open_file(path.rename(named))
        path = named
        assert opened.complete
        assert any(builder_for(name).PLANTED_TEXT in part.text for part in opened.parts)


@every_table_format
def test_what_is_hidden_is_read_and_marked(name: str, tmp_path: Path) -> None:
    if not builder_for(name).CAN_HIDE:
        pytest.skip("this format cannot hide anything")
    opened = open_file(sample_file(name, tmp_path))
    table = opened.tables[0]
    assert table.hidden_rows == {3: "hidden-row"}
    assert table.hidden_columns == {"DOB": "hidden-column"}
    assert table.hidden == ""
    assert [(other.name, other.hidden) for other in opened.tables[1:]] == [("Notes", "hidden-sheet")]


@every_table_format
def test_the_content_decides_and_not_the_extension(name: str, tmp_path: Path) -> None:
    path = sample_file(name, tmp_path)
    disguised = path.rename(tmp_path / "picture.png")
    assert open_file(disguised).tables[0].rows == PEOPLE.rows


@every_format
def test_a_foreign_file_is_refused_under_the_right_extension(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"program.{builder_for(name).EXTENSION}"
    path.write_bytes(EXECUTABLE)
    opened = open_file(path)
    assert opened.tables == ()
    assert [skipped.code for skipped in opened.skipped] == ["unknown-format"]


@every_table_format
def test_a_truncated_file_is_never_called_complete(name: str, tmp_path: Path) -> None:
    if not builder_for(name).TRUNCATION_SHOWS:
        pytest.skip("half a file of this format is a file of this format")
    path = sample_file(name, tmp_path)
    whole = path.read_bytes()
    for keep in (len(whole) // 4, len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:keep])
        opened = open_file(path)
        assert opened.tables == ()
        codes = {skipped.code for skipped in opened.skipped}
        assert codes == {"corrupt"} if has_table(name) else "corrupt" in codes


@every_format
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_byte_never_crashes_a_reader(name: str, data: st.DataObject, tmp_path: Path) -> None:
    content = bytearray(sample_file(name, tmp_path).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    if FORMATS[name].needs:
        # Libraries in other languages may end the whole process: that is the child's to bear, and this test's not.
        damaged = tmp_path / f"damaged.{builder_for(name).EXTENSION}"
        damaged.write_bytes(content)
        assert open_file(damaged).confined
        return
    try:
        if FORMATS[name].recognise(BytesIO(bytes(content)), builder_for(name).EXTENSION):
            read_in_process(name, bytes(content))
    except UnreadableError as problem:
        assert problem.code in {"corrupt", "too-large", "password-protected", "forbidden-markup"}


@every_table_format
def test_a_bound_that_is_passed_is_reported_and_not_cut(name: str, tmp_path: Path) -> None:
    path = sample_file(name, tmp_path)
    for limits in (Limits(rows=3), Limits(cells=5), Limits(cell_characters=4)):
        opened = open_file(path, limits=limits)
        assert "too-large" in {skipped.code for skipped in opened.skipped}
        assert all(table.name != PEOPLE.name for table in opened.tables)
        assert all(table.rows != PEOPLE.rows[:3] for table in opened.tables)


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"),
    max_size=12,
).filter(lambda text: text == text.strip())
TABLES = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.tuples(*[st.text("abcdefgXYZ", min_size=1, max_size=6), *[TEXTS] * width]), min_size=1, max_size=12
    )
)


@every_table_format
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=TABLES)
def test_any_table_of_texts_comes_back_as_it_went_in(
    name: str, rows: list[tuple[str, ...]], tmp_path: Path
) -> None:
    header = tuple(f"Column {number}" for number in range(len(rows[0])))
    path = sample_file(name, tmp_path, Sample(columns=header, rows=tuple(rows)))
    (table,) = read_in_process(name, path.read_bytes())
    width = len(header)
    assert [tuple(texts + [""] * (width - len(texts))) for texts in table] == [header, *rows]
