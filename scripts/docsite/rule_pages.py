"""The page of each rule as Markdown, from the docstring of its file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from genstate.cli.pages import Page
from genstate.cli.pages import pages as known_pages

TITLES: Final = {
    "What": "What is wrong",
    "Why": "Why",
    "Example": "Example",
    "Fix": "How to put it right",
    "Known": "What is not found, and what to know",
    "Ref": "References",
}
_SECTION: Final = re.compile(r"^([A-Z][a-z]+):", re.MULTILINE)
_PEP: Final = re.compile(r"\bPEP (\d+)")
_ADDRESS: Final = re.compile(r"(?<![(<])https://\S+[\w/]")
_INDEX: Final = """\
# Rules

Each rule is an error code of mypy, and is switched like any other. `genstate explain CODE` prints
its page.

| code | default | what is reported |
|---|---|---|
"""


def paths() -> list[str]:
    """Where the pages lie, in the order of the rules."""
    return [_path(code) for code in known_pages()]


def pages() -> dict[str, str]:
    """The page of each rule, and the list of them, by path."""
    known = known_pages()
    rows = [
        f"| [`{page.code}`]({page.code}.md) | {_default(page)} | {page.summary} |\n"
        for page in known.values()
    ]
    made = {_path(code): markdown(page) for code, page in known.items()}
    return {"rules/index.md": _INDEX + "".join(rows), **made}


def markdown(page: Page) -> str:
    """One page."""
    head = f"# {page.code}\n\n*{_default(page).capitalize()} by default*\n"
    return "\n".join([head, *_sections(page.text)])


def _path(code: str) -> str:
    return f"rules/{code}.md"


def _default(page: Page) -> str:
    return "on" if page.default else "off"


def _sections(text: str) -> Iterator[str]:
    pieces = _SECTION.split(text)
    for name, content in zip(pieces[1::2], pieces[2::2], strict=True):
        yield f"## {TITLES[name]}\n\n{_content(name, content)}\n"


def _content(name: str, content: str) -> str:
    if name == "Example":
        return _program(content)
    sentence, _, program = content.partition("\n\n")
    prose = " ".join(sentence.split())
    if name == "Ref":
        return "\n".join(f"- {_linked(part.strip())}" for part in prose.split(";"))
    prose = f"{prose[:1].upper()}{prose[1:]}"
    return f"{prose}\n\n{_program(program)}" if program.strip() else prose


def _program(text: str) -> str:
    return f"```python\n{dedent(text.strip(chr(10))).rstrip()}\n```"


def _linked(text: str) -> str:
    linked = _ADDRESS.sub(lambda found: f"<{found[0]}>", text)
    return _PEP.sub(
        lambda found: f"[{found[0]}](https://peps.python.org/pep-{found[1]:0>4}/)", linked
    )
