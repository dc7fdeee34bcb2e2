"""README, CHANGELOG and the pages of the site say what is so."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
from pathlib import Path
from typing import Final

import pytest
import tomlkit
import yaml  # type: ignore[import-untyped]

from genstate.cli import COMMANDS, main, states
from genstate.cli.check import FORMATS
from genstate.cli.states_seen import ORDER
from genstate.cli.typeshed import SETTINGS
from genstate.codes import ALL, GENERATOR
from genstate.config import Config

ROOT: Final = Path(__file__).parent.parent
README: Final = (ROOT / "README.md").read_text()
CHANGELOG: Final = (ROOT / "CHANGELOG.md").read_text()
PAGES: Final = [path.read_text("utf-8") for path in sorted(ROOT.glob("docs/**/*.md"))]
BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW: Final = re.compile(r"^\| `(generator-[\w-]+)` \| (on|off) \|", re.MULTILINE)


def blocks(language: str, text: str = README) -> list[str]:
    """The code blocks of a text in `language`."""
    return [found[2] for found in BLOCK.finditer(text) if found[1] == language]


def shown_runs() -> list[tuple[str, str]]:
    """The `genstate` commands whose output is shown somewhere, and that output."""
    shown = [block for text in (README, *PAGES) for block in blocks("console", text)]
    runs = [block.partition("\n") for block in shown]
    prompt = "$ genstate "
    found = [(line.removeprefix(prompt), out) for line, _, out in runs if line.startswith(prompt)]
    return [(arguments, out) for arguments, out in found if out and not out.startswith("$")]


def test_the_table_lists_every_code_with_its_default() -> None:
    rules = [code for code in ALL.values() if code is not GENERATOR]
    said = [(found[1], found[2] == "on") for found in ROW.finditer(README)]
    assert said == [(code.code, code.default_enabled) for code in rules]


def test_the_changelog_has_every_code() -> None:
    assert [code for code in ALL if f"`{code}`" not in CHANGELOG and code != GENERATOR.code] == []


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of each subcommand, by its name."""
    commands = argparse.ArgumentParser().add_subparsers()
    for command in COMMANDS:
        command.add_parser(commands)
    return dict(commands.choices)


def options(parser: argparse.ArgumentParser) -> set[str]:
    """The options of a subcommand that are its own."""
    return set(parser._option_string_actions) - {"-h", "--help"}


def keys(text: str) -> set[str]:
    """The words in the first column of the tables that tell what a key means."""
    tables = text.split("| key | meaning |\n|---|---|\n")[1:]
    rows = [row for table in tables for row in table.partition("\n\n")[0].splitlines()]
    return {row.split("`")[1] for row in rows}


def test_the_readme_has_every_option_of_check() -> None:
    section = README.partition("| option | meaning |")[2].partition("\n\n")[0]
    heads = [row.split("|")[1] for row in section.splitlines()[2:]]
    said = {word for head in heads for word in re.findall(r"--[a-z-]+", head)}
    assert said == options(parsers()["check"])


@pytest.mark.parametrize("text", [README, CHANGELOG])
def test_every_command_is_named(text: str) -> None:
    assert [name for name in parsers() if not re.search(rf"[`$] ?genstate {name}\b", text)] == []


@pytest.mark.parametrize("text", [README, CHANGELOG, *PAGES])
def test_commands_and_options_that_are_named_are_there(text: str) -> None:
    known = parsers()
    for words in re.findall(r"(?:`|\$ |run: )genstate ([a-z][^`\n]*)", text):
        name, *rest = words.partition(" -- ")[0].split()
        assert name in known
        named = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert named <= options(known[name])


def test_the_keys_of_the_configuration_are_those_that_are_read() -> None:
    known = {field.name for field in dataclasses.fields(Config)} - {"complaint"}
    texts = [text for text in (README, *PAGES) if "| key | meaning |" in text]
    assert len(texts) == 2
    assert [keys(text) for text in texts] == [known, known]
    assert [key for key in known if f"`{key}`" not in CHANGELOG] == []


def test_every_state_is_explained() -> None:
    page = (ROOT / "docs" / "use" / "states.md").read_text("utf-8")
    table = page.partition("| state | meaning |")[2].partition("\n\n")[0]
    assert [row.split("|")[1].strip() for row in table.splitlines()[2:]] == list(ORDER)
    legend = states.DESCRIPTION.partition("\n\n")[2]
    assert [re.split("  +", line)[0] for line in legend.splitlines()] == list(ORDER)


def test_every_checker_is_named() -> None:
    page = (ROOT / "docs" / "use" / "other-checkers.md").read_text("utf-8")
    for text in (README, CHANGELOG, page):
        assert [name for name in SETTINGS if not re.search(rf"\b{name}\b", text)] == []


def test_every_format_is_named() -> None:
    assert [form for form in FORMATS if f"`{form}`" not in README] == []


def test_code_stands_in_the_examples() -> None:
    examples = [path.read_text() for path in ROOT.glob("examples/*/*.py")]
    shown = blocks("python")
    assert shown
    assert [block for block in shown if not any(block in source for source in examples)] == []


def test_output_is_what_the_command_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    runs = shown_runs()
    assert "states" in {arguments.split()[0] for arguments, _ in runs}
    for arguments, output in runs:
        cache = ["--cache-dir", str(tmp_path)] if arguments.startswith(("check", "states")) else []
        main([*arguments.split(), *cache])
        assert capsys.readouterr().out == output


@pytest.mark.parametrize("text", [README, *PAGES])
def test_configurations_are_what_they_say(text: str) -> None:
    readers = {"toml": tomlkit.parse, "yaml": yaml.safe_load, "json": json.loads}
    for language, read in readers.items():
        assert all(read(block) for block in blocks(language, text))
