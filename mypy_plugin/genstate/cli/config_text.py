"""The text of a mypy configuration, and the same text with the plugin added to it.

Comments, order and line ends stay as they are. Whatever else the file says must be the same before
and after: a change is read back and compared before it is handed out.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import MutableMapping
from configparser import Error as IniError
from configparser import RawConfigParser
from typing import Any, Final

import tomlkit
from configupdater import ConfigUpdater
from configupdater.option import Option
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from genstate.cli.failure import CannotRun
from genstate.cli.plugin_entry import PLUGIN, is_listed

KEY: Final = "plugins"
Sections = dict[str, Any]


class ConfigText(ABC):
    """A configuration file of the project.

    Attributes:
        content: its text.
    """

    line: str
    """What stands in the section of mypy to turn the plugin on, and nothing else."""

    def __init__(self, path: str, content: str) -> None:
        self._path = path
        self.content = content
        self._text = content.replace("\r\n", "\n")
        self._sections = self._parsed(self._text)

    def has_section(self) -> bool:
        """Is there a section for mypy?"""
        return self._section(self._sections) is not None

    def has_plugin(self) -> bool:
        """Is genstate among the plugins?"""
        return is_listed(self._plugins(self._sections))

    def with_plugin(self) -> str:
        """The text with genstate before the other plugins: mypy takes the first answer.

        Raises:
            CannotRun: the text has a form in which this cannot be done.
        """
        text = self._added()
        if not self._is_right(text):
            raise self._unusual()
        return text.replace("\n", "\r\n") if "\r\n" in self.content else text

    def _is_right(self, text: str) -> bool:
        """Is the plugin there, and all else as before, comments too?"""
        try:
            after = self._parsed(text)
        except CannotRun:
            return False
        wanted = [PLUGIN, *self._plugins(self._sections)]
        return (
            self._plugins(after) == wanted
            and self._rest(after) == self._rest(self._sections)
            and text.count("#") == self._text.count("#")
        )

    def _plugins(self, sections: Sections) -> list[str]:
        plugins = (self._section(sections) or {}).get(KEY) or []
        if isinstance(plugins, str):
            plugins = [name.strip() for name in plugins.split(",")]
        if not isinstance(plugins, list) or not all(isinstance(name, str) for name in plugins):
            raise self._unusual()
        return [name for name in plugins if name]

    def _unusual(self) -> CannotRun:
        return CannotRun(f"{self._path} has an unusual form: add the line {self.line} by hand")

    def _rest(self, sections: Sections) -> Sections:
        """What is said, but for the plugins; an empty section for mypy says nothing."""
        section = self._section(sections)
        if section is not None:
            section = {key: value for key, value in section.items() if key != KEY}
        return self._replaced(sections, section or None)

    @abstractmethod
    def _parsed(self, text: str) -> Sections:
        """What `text` says."""

    @abstractmethod
    def _section(self, sections: Sections) -> Sections | None:
        """The section for mypy."""

    @abstractmethod
    def _replaced(self, sections: Sections, section: Sections | None) -> Sections:
        """`sections` with another section for mypy, or none."""

    @abstractmethod
    def _added(self) -> str:
        """The text with the plugin, not yet looked over."""


def config_text(path: str, content: str) -> ConfigText:
    """The configuration in the file `path`, which says `content`.

    Raises:
        CannotRun: it is not what its name says.
    """
    return (_Toml if path.endswith(".toml") else _Ini)(path, content)


class _Toml(ConfigText):
    line = f'{KEY} = ["{PLUGIN}"]'
    _HEAD: Final = re.compile(r"^\[ *tool *\. *mypy *\][^\n]*$", re.MULTILINE)
    #: The first section for some modules, with the comments above it.
    _OVERRIDES: Final = re.compile(
        r"(?:^#[^\n]*\n)*^\[\[ *tool *\. *mypy *\. *overrides *\]\]", re.MULTILINE
    )

    def _parsed(self, text: str) -> Sections:
        try:
            return tomlkit.parse(text).unwrap()
        except TOMLKitError as failure:
            raise CannotRun(f"{self._path} cannot be read: {failure}") from None

    def _section(self, sections: Sections) -> Sections | None:
        tool = sections.get("tool")
        section = tool.get("mypy") if isinstance(tool, dict) else None
        return section if isinstance(section, dict) else None

    def _replaced(self, sections: Sections, section: Sections | None) -> Sections:
        tool = {key: value for key, value in sections.get("tool", {}).items() if key != "mypy"}
        return {**sections, "tool": {**tool, "mypy": section} if section else tool}

    def _added(self) -> str:
        section = self._section(self._sections)
        if section is None:
            return _appended(self._text, f"[tool.mypy]\n{self.line}\n")
        head = self._HEAD.search(self._text)
        if KEY not in section and head:
            return f"{self._text[: head.end()]}\n{self.line}{self._text[head.end() :]}"
        overrides = self._OVERRIDES.search(self._text)
        if section.keys() == {"overrides"} and overrides:
            start = overrides.start()
            return f"{self._text[:start]}[tool.mypy]\n{self.line}\n\n{self._text[start:]}"
        document = tomlkit.parse(self._text)
        table: Any = document["tool"]["mypy"]
        _add(table)
        return tomlkit.dumps(document)


def _add(table: MutableMapping[str, Any]) -> None:
    plugins = table.get(KEY)
    if isinstance(plugins, Array) and plugins:
        table[KEY] = tomlkit.value(_in_front(plugins.as_string()))
    elif isinstance(plugins, Array):
        plugins.append(PLUGIN)
    elif plugins:
        table[KEY] = f"{PLUGIN}, {plugins}"
    else:
        table[KEY] = [PLUGIN]


def _in_front(array: str) -> str:
    """The text of an array with the plugin before all else in it; lines stay lines."""
    rest = array[1:].lstrip()
    space = array[1 : len(array) - len(rest)]
    return f'[{space}"{PLUGIN}",{space or " "}{rest}'


class _Ini(ConfigText):
    line = f"{KEY} = {PLUGIN}"

    def _parsed(self, text: str) -> Sections:
        parser = RawConfigParser()
        try:
            parser.read_string(text, self._path)
        except IniError as failure:
            why = " ".join(str(failure).split())
            raise CannotRun(f"{self._path} cannot be read: {why}") from None
        return {name: dict(parser.items(name)) for name in parser.sections()}

    def _section(self, sections: Sections) -> Sections | None:
        return sections.get("mypy")

    def _replaced(self, sections: Sections, section: Sections | None) -> Sections:
        others = {name: options for name, options in sections.items() if name != "mypy"}
        return {**others, "mypy": section} if section else others

    def _added(self) -> str:
        section = self._section(self._sections)
        if section is None:
            return _appended(self._text, f"[mypy]\n{self.line}\n")
        updater = ConfigUpdater().read_string(self._text)
        if KEY in section:
            _extend(updater["mypy"][KEY])
        elif section:
            updater["mypy"][next(iter(section))].add_before.option(KEY, PLUGIN)
        else:
            updater["mypy"].set(KEY, PLUGIN)
        return str(updater)


def _extend(option: Option) -> None:
    """Add the plugin as mypy wants it, before a comma; values on several lines stay on them."""
    lines = option.as_list()
    values = [number for number, line in enumerate(lines) if line and line[0] not in "#;"]
    if not values:
        option.value = PLUGIN
    elif len(lines) == 1 and "\n" not in (option.value or ""):
        option.value = f"{PLUGIN}, {lines[0]}"
    else:
        second = str(option).splitlines()[1]
        option.set_values(
            [f"{PLUGIN},", *lines],
            indent=second[: len(second) - len(second.lstrip())],
            prepend_newline=(option.value or "").startswith("\n"),
        )


def _appended(text: str, section: str) -> str:
    """`text` with a new section at its end, behind an empty line."""
    body = text.rstrip("\n")
    return f"{body}\n\n{section}" if body else section
