"""The real Tesseract. Where there is none, its tests are skipped; with ``AMENDS_REQUIRE_TESSERACT=1`` they fail."""

from __future__ import annotations

import os

import pytest

from amends.scan.recognition.tesseract import Tesseract, find_tesseract
from amends.vocabulary.errors import UsageError


@pytest.fixture
def tesseract() -> Tesseract:
    """The program with its data for English."""
    try:
        return find_tesseract()
    except UsageError as missing:
        if os.environ.get("AMENDS_REQUIRE_TESSERACT"):
            pytest.fail(f"AMENDS_REQUIRE_TESSERACT is set, and {missing}", pytrace=False)
        pytest.skip(f"{missing}: install Debian's package tesseract-ocr")
