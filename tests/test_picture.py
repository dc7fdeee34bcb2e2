"""The picture of a terminal in the README shows what the command prints now."""

from __future__ import annotations

import html
import re

import pytest

from scripts.picture import PICTURE, drawn, shown

pytestmark = pytest.mark.any_mypy


def words(svg: str) -> list[str]:
    """What can be read in the picture. Versions of rich draw the rest differently."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)
    return html.unescape(" ".join(texts)).replace("\xa0", " ").split()


def test_the_picture_shows_what_the_command_prints() -> None:
    assert words(PICTURE.read_text("utf-8")) == words(drawn(shown()))


def test_the_picture_loads_nothing() -> None:
    assert re.findall(r"url\(\W*http|href", PICTURE.read_text("utf-8")) == []
