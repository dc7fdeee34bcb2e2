"""The format of test-data/cfg/*.test.

A file holds cases, one behind the other:

    [case while_with_else]
    def f(n: int) -> None:
        ...
    [out]
    f:
    b0:
      ...

Between the name and the source, `[since 3.12]` gives the first Python that knows the syntax, and
`[module]` asks for the graph of the module's top level too. What stands before the first case is a
comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

_CASE: Final = re.compile(r"\[case (\w+)\]")
_SINCE: Final = re.compile(r"\[since (\d+)\.(\d+)\]")
_MODULE: Final = "[module]"
_OUT: Final = "[out]"


@dataclass(frozen=True)
class Case:
    """One program and the dumps of its functions.

    Attributes:
        name: unique in its file.
        source: the program.
        expected: the dumps, a blank line between two.
        since: the first Python version that knows the syntax.
        module: the graph of the top level is asked for.
    """

    name: str
    source: str
    expected: str
    since: tuple[int, int] = (3, 10)
    module: bool = False

    def __str__(self) -> str:
        head = [f"[case {self.name}]"]
        if self.since != Case.since:
            head.append(f"[since {self.since[0]}.{self.since[1]}]")
        if self.module:
            head.append(_MODULE)
        return "\n".join([*head, self.source, _OUT, self.expected])


def read(path: Path) -> list[Case]:
    """The cases of a file.

    Raises:
        ValueError: a case has no `[out]`, or a name stands twice.
    """
    cases = [_parse(name, text) for name, text in _split(path.read_text("utf-8"))]
    names = [case.name for case in cases]
    if len(set(names)) != len(names):
        raise ValueError(f"{path.name}: two cases have the same name")
    return cases


def update(path: Path, found: dict[str, str]) -> None:
    """Put the dumps of `found`, by the name of their case, in the place of those in the file."""
    comment = _CASE.split(path.read_text("utf-8"))[0].strip()
    cases = [replace(case, expected=found.get(case.name, case.expected)) for case in read(path)]
    blocks = [*([comment] if comment else []), *map(str, cases)]
    path.write_text("\n\n".join(blocks) + "\n", "utf-8")


def _split(text: str) -> Iterator[tuple[str, str]]:
    parts = _CASE.split(text)
    yield from zip(parts[1::2], parts[2::2], strict=True)


def _parse(name: str, text: str) -> Case:
    source, separator, expected = text.partition(f"\n{_OUT}\n")
    if not separator:
        raise ValueError(f"case {name} has no {_OUT}")
    since, module = Case.since, Case.module
    lines = source.strip("\n").split("\n")
    while lines[0] == _MODULE or _SINCE.fullmatch(lines[0]):
        version = _SINCE.fullmatch(lines.pop(0))
        if version is None:
            module = True
        else:
            since = (int(version[1]), int(version[2]))
    return Case(name, "\n".join(lines), expected.strip("\n"), since, module)
