"""The differential test: it tells right from wrong, and finds nothing wrong with genstate."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fuzz import bodies, callers, sync, tasks, tree
from fuzz.batch import Report
from fuzz.family import Family, families
from fuzz.tally import BODY as BODY_ONLY
from fuzz.tally import FALSE, LUCKY, MISSED, SILENT, TRUE
from fuzz.tree import Block, Clause, Line, block

pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")

ROOT = Path(__file__).parent.parent
PROGRAMS = {"bodies": 700, "callers": 1000, "tasks": 500, "sync": 200}

CALLER = """\
from collections.abc import AsyncGenerator
from opaque import c
async def s0() -> AsyncGenerator[int, int | None]:
    yield 1
async def main() -> object:
    g = s0()
    if c():
        await g.asend({early})
    await g.asend(1)
"""

SYNC = """\
from collections.abc import Generator
from opaque import c
def s0() -> Generator[int, int | None, None]:
    while c():
        yield 1
def main() -> object:
    g = s0()
    c.note({first}(g))
    c.note(list(g))
"""

FAILING = """\
from collections.abc import AsyncGenerator
async def s0() -> AsyncGenerator[int, int | None]:
    raise ValueError
    yield 1
async def main() -> object:
    g = s0()
    try:
        await anext(g)
    finally:
        await anext(g)
"""

TASKS = """\
import asyncio
from collections.abc import AsyncGenerator
from opaque import c
async def s0() -> AsyncGenerator[int, int | None]:
    while True:
        await c.pause()
        yield 1
async def main() -> object:
    g = s0()
    a = asyncio.ensure_future(anext(g))
    {between}
    await anext(g)
    try:
        await asyncio.wait_for(anext(g), {limit})
    except asyncio.TimeoutError:
        await anext(g)
"""

BODY = """\
from collections.abc import Generator
from opaque import c
def body() -> Generator[int, object, None]:
    try:
        yield 1
    except {caught}:
        c.note(1)
    yield 2
"""

DEEP = """\
from collections.abc import Generator
from opaque import c
def body() -> Generator[int, object, None]:
    if c() and c() and c() and c() and c() and c() and c() and c() and c() and c() and c():
        try:
            c.note(1)
        except KeyError:
            try:
                yield 1
            finally:
                if c() and c() and c() and c() and c() and c():
                    yield 2
"""


def kinds(
    family: Family, source: str, code: str, reported: tuple[int, int] | None = None
) -> dict[int, str]:
    """The kind of verdict on each line, where genstate reports at that line and column."""
    reports = [Report(*reported, code, "")] if reported else []
    return {each.line: each.kind for each in family.judge(source, reports, (code,))}


def test_a_send_before_the_start_on_some_paths_is_no_certain_misuse() -> None:
    source = CALLER.format(early="None")
    assert kinds(callers.FAMILY, source, "unstarted-send")[9] == SILENT
    assert kinds(callers.FAMILY, source, "unstarted-send", (9, 10))[9] == FALSE


def test_a_send_before_the_start_on_all_paths_is_certain_misuse() -> None:
    source = CALLER.format(early="2")
    assert kinds(callers.FAMILY, source, "unstarted-send")[9] == MISSED
    assert kinds(callers.FAMILY, source, "unstarted-send", (9, 10))[9] == TRUE


def test_what_follows_from_the_body_alone_is_told_apart() -> None:
    assert kinds(callers.FAMILY, FAILING, "closed")[10] == BODY_ONLY
    assert kinds(callers.FAMILY, FAILING, "closed", (10, 14))[10] == LUCKY


def test_a_synchronous_generator_that_has_been_run_through_is_seen() -> None:
    source = SYNC.format(first="sum")
    assert kinds(sync.FAMILY, source, "closed")[9] == MISSED
    assert kinds(sync.FAMILY, source, "closed", (9, 16))[9] == TRUE


def test_a_synchronous_generator_that_may_have_more_is_right() -> None:
    source = SYNC.format(first="any")
    assert kinds(sync.FAMILY, source, "closed")[9] == SILENT
    assert kinds(sync.FAMILY, source, "closed", (9, 16))[9] == FALSE


def test_two_operations_at_a_time_are_seen() -> None:
    at_a_time = TASKS.format(between="c.note(1)", limit=5)
    assert kinds(tasks.FAMILY, at_a_time, "concurrent")[12] == MISSED
    assert kinds(tasks.FAMILY, at_a_time, "concurrent", (12, 10))[12] == TRUE


def test_one_operation_after_the_other_is_right() -> None:
    in_turn = TASKS.format(between="await a", limit=5)
    assert kinds(tasks.FAMILY, in_turn, "concurrent")[12] == SILENT
    assert kinds(tasks.FAMILY, in_turn, "concurrent", (12, 10))[12] == FALSE


def test_who_waits_for_anything_does_not_know_what_goes_on() -> None:
    waiting = TASKS.format(between="await c.pause()", limit=5)
    assert kinds(tasks.FAMILY, waiting, "concurrent")[12] == SILENT


def test_a_generator_that_is_used_behind_its_timeout_is_seen() -> None:
    limited = TASKS.format(between="await a", limit=5)
    assert kinds(tasks.FAMILY, limited, "cancelled-drive", (16, 14))[16] == TRUE
    unlimited = TASKS.format(between="await a", limit=None)
    assert kinds(tasks.FAMILY, unlimited, "cancelled-drive", (16, 14))[16] != TRUE


def test_a_yield_after_generator_exit_is_seen() -> None:
    source = BODY.format(caught="BaseException")
    assert kinds(bodies.FAMILY, source, "exit-yield")[8] == MISSED
    assert kinds(bodies.FAMILY, source, "exit-yield", (8, 4))[8] == TRUE


def test_a_yield_that_generator_exit_does_not_reach_is_no_breach() -> None:
    source = BODY.format(caught="Exception")
    assert kinds(bodies.FAMILY, source, "exit-yield")[8] == SILENT
    assert kinds(bodies.FAMILY, source, "exit-yield", (8, 4))[8] == FALSE


def test_what_is_reported_far_down_is_looked_for() -> None:
    assert kinds(bodies.FAMILY, DEEP, "exit-yield", (12, 20))[12] == TRUE


def test_cuts_are_programs_with_less_in_them() -> None:
    inner = Block((Clause("try:", (Line("a"),)), Clause("finally:", (Line("b"),))))
    body = (Line("x"), block("if c():", [inner]))
    cuts = {tree.source(each) for each in tree.smaller(body)}
    assert "x\ntry:\n    a\nfinally:\n    b\n" in cuts
    assert tree.source(body) not in cuts
    assert all(each.count("\n") <= tree.size(body) for each in cuts)


@pytest.mark.any_mypy
@pytest.mark.parametrize("name", [each.name for each in families()])
def test_genstate_agrees_with_the_interpreter(name: str) -> None:
    command = [sys.executable, "-m", "fuzz", "--family", name, "--programs", str(PROGRAMS[name])]
    command += ["--seed", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
