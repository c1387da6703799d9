"""Tesseract runs within bounds, its answer is doubted, and where it is missing that is said with what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from amends.scan.recognition import confining
from amends.scan.recognition.tesseract import RecognitionError, Tesseract, find_tesseract
from amends.vocabulary.errors import UsageError

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def confined(program: str, *, memory: int = 1 << 30, seconds: int = 5) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", confining.__file__, str(memory), str(seconds)]
    return subprocess.run(
        [*command, sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )


def word(text: str, confidence: str = "90.5", *, block: int = 1, line: int = 1) -> str:
    return f"5\t1\t{block}\t1\t{line}\t1\t0\t0\t9\t9\t{confidence}\t{text}\n"


def answering(answer: bytes, folder: Path) -> Tesseract:
    """Return a program that takes the picture and gives this answer, whatever stands in the picture."""
    (folder / "answer").write_bytes(answer)
    program = folder / "program"
    program.write_text(f"#!/bin/sh\ncat >/dev/null\ncat {folder}/answer\n", encoding="ascii")
    program.chmod(0o755)
    return Tesseract(str(program), "eng", orientation=False)


def test_where_it_is_missing_the_caller_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(UsageError) as refusal:
        find_tesseract()
    assert refusal.value.code == "recognition-missing"
    assert "apt install tesseract-ocr" in refusal.value.hint


def test_a_language_without_data_is_named_with_its_package(tesseract: Tesseract) -> None:
    del tesseract
    with pytest.raises(UsageError) as refusal:
        find_tesseract("eng+xyz_abc")
    assert refusal.value.code == "recognition-language"
    assert "tesseract-ocr-xyz-abc" in refusal.value.hint


@pytest.mark.parametrize("languages", ["", "--psm", "eng deu", "eng+", "../eng", "eng\n"])
def test_what_is_no_language_never_reaches_the_program(languages: str, tesseract: Tesseract) -> None:
    del tesseract
    with pytest.raises(UsageError) as refusal:
        find_tesseract(languages)
    assert refusal.value.code == "recognition-language"


def test_the_program_has_no_network() -> None:
    done = confined("import socket; socket.socket()")
    assert done.returncode != 0
    assert "PermissionError" in done.stderr


def test_the_program_has_no_more_memory_than_it_is_given() -> None:
    assert confined("print(len(bytes(200 << 20)))").stdout == f"{200 << 20}\n"
    assert "MemoryError" in confined("bytes(200 << 20)", memory=150 << 20).stderr


def test_the_program_writes_no_file(tmp_path: Path) -> None:
    made = tmp_path / "made"
    confined(f"open({str(made)!r}, 'wb', buffering=0).write(b'Zzcanary')")
    assert not made.exists() or not made.read_bytes()


def test_the_program_ends_when_its_seconds_are_over() -> None:
    assert confined("while True: pass", seconds=1).returncode < 0


def test_words_are_joined_by_line_and_paragraph_and_their_confidence_is_weighted(tmp_path: Path) -> None:
    lines = word("Ana", "80") + word("Example", "100") + word("1985", line=2, confidence="90")
    reader = answering((HEAD + lines + word("other", block=2, confidence="30")).encode(), tmp_path)
    first, second = reader.paragraphs(1, 1, b"\0\0\0")
    assert (first.text, first.confidence) == ("Ana Example\n1985", 93)
    assert (second.text, second.confidence) == ("other", 30)


def test_an_answer_that_is_no_table_says_nothing(tmp_path: Path) -> None:
    nonsense = b"5\t1\n\xff\xfe\t\t\n" + word("x", "nan").encode() + word("y", "1e999").encode()
    assert answering(HEAD.encode() + nonsense, tmp_path).paragraphs(1, 1, b"\0\0\0") == []


def test_a_program_that_fails_gave_no_answer(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexit 3\n", encoding="ascii")
    program.chmod(0o755)
    with pytest.raises(RecognitionError):
        Tesseract(str(program), "eng", orientation=False).paragraphs(1, 1, b"\0\0\0")
