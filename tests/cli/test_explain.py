"""`genstate explain` and `genstate rules`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import genstate
from genstate.cli import main
from genstate.codes import ALL, GENERATOR
from genstate.rules import RULES

CODES: Final = [code for code in ALL if code != GENERATOR.code]


@pytest.mark.parametrize("code", CODES)
def test_the_page_is_the_docstring_of_the_rule(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", code]) == 0
    title, _, text = capsys.readouterr().out.partition("\n\n")
    assert title == f"{code} ({'on' if ALL[code].default_enabled else 'off'} by default)"
    name = RULES[code].check.__module__.rpartition(".")[2]
    source = (Path(genstate.__file__).parent / "rules" / f"{name}.py").read_text("utf-8")
    assert source.startswith(f'"""{code}\n\n{text}"""')


def test_python_that_leaves_docstrings_out() -> None:
    command = ["-m", "genstate", "explain", "closed"]
    usual, optimized = (
        subprocess.run(
            [sys.executable, *flags, *command], capture_output=True, text=True, check=True
        ).stdout
        for flags in ([], ["-OO"])
    )
    assert optimized == usual


def test_the_prefix_may_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "generator-closed"]) == 0
    full = capsys.readouterr().out
    assert main(["explain", "closed"]) == 0
    assert capsys.readouterr().out == full


def test_the_code_of_all_has_no_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "generator"]) == 2
    assert capsys.readouterr().err == (
        'genstate: error: "generator" stands for all codes: genstate rules lists them\n'
    )


@pytest.mark.parametrize("word", ["exit-yeild", "generator-exit-yeild"])
def test_a_wrong_code_has_a_nearest_one(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", word]) == 2
    ran = capsys.readouterr()
    assert ran.out == ""
    assert ran.err == (
        f'genstate: error: there is no code "{word}": did you mean "generator-exit-yield"?\n'
    )


def test_a_code_that_is_like_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "0123456789012345"]) == 2
    assert capsys.readouterr().err.endswith("genstate rules lists the codes\n")


def test_rules_lists_each_code_with_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    assert {code: default for code, default, _ in lines} == {
        code: "on" if ALL[code].default_enabled else "off" for code in CODES
    }
    for code, _, summary in lines:
        assert ALL[code].description.lower() == f"warn about {summary.lower()}"


@pytest.mark.parametrize("words", [["rules"], ["explain", "closed"]])
def test_nothing_is_passed_on(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--", "--strict"]) == 2
    assert "takes nothing behind --" in capsys.readouterr().err
