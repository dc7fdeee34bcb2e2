"""What the site takes from the code: the pages of the rules, and the life of a generator."""

from __future__ import annotations

import ast
import re
from typing import Final
from xml.etree import ElementTree

import pytest

from genstate.cfg.vocabulary import Protocol
from genstate.cli.pages import pages
from genstate.typestate.contract import TABLE, State
from scripts.docsite import lifecycle, rule_pages

pytestmark = pytest.mark.any_mypy

MADE: Final = rule_pages.pages()
SVG: Final = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("code", list(pages()))
def test_a_rule_has_a_page(code: str) -> None:
    text = MADE[f"rules/{code}.md"]
    assert re.findall("^## (.*)$", text, re.MULTILINE) == list(rule_pages.TITLES.values())
    programs = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(programs) == 2
    for program in programs:
        ast.parse(program)
    assert f"]({code}.md)" in MADE["rules/index.md"]


def test_addresses_become_links() -> None:
    text = MADE["rules/generator-exit-yield.md"]
    assert "- [PEP 342](https://peps.python.org/pep-0342/), close()\n" in text
    assert "- <https://github.com/HKUDS/LightRAG/issues/3634>\n" in text


@pytest.mark.parametrize("protocol", Protocol)
def test_the_picture_shows_the_whole_table(protocol: Protocol) -> None:
    root = ElementTree.fromstring(lifecycle.picture(protocol))
    texts = ["".join(found.itertext()) for found in root.iter(f"{SVG}text")]
    assert {state.value for state in State} <= set(texts)
    for edge in lifecycle.edges(protocol):
        for names, said in zip(edge.lines[::2], edge.lines[1::2], strict=True):
            assert f"{names} {said.strip()}" in " ".join(texts)


def test_the_picture_is_within_its_bounds() -> None:
    for protocol in Protocol:
        root = ElementTree.fromstring(lifecycle.picture(protocol))
        height = float(root.attrib["viewBox"].split()[-1])
        for text in root.iter(f"{SVG}text"):
            if "x" in text.attrib:
                assert float(text.attrib["y"]) <= height
                letters = len("".join(text.itertext()))
                # Letters of this size are 8 units wide at the most.
                assert float(text.attrib["x"]) + 8 * letters <= lifecycle.WIDTH


def test_the_page_has_every_row() -> None:
    rows = re.findall(r"^\| (\w+) \| `\w+` \|", lifecycle.page(), re.MULTILINE)
    assert rows == [
        row.state.value
        for protocol in Protocol
        for row in TABLE
        if row.protocol is protocol and row.until is None
    ]


def test_the_page_says_what_came_with_a_later_python() -> None:
    assert lifecycle.page().count("gives what the body returns (from Python 3.13 on)") == 1
