"""The overlay: which classes it corrects, what it leaves alone, and what it costs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mypy.build import build
from mypy.modulefinder import BuildSource
from mypy.nodes import Decorator, FuncDef, OverloadedFuncDef, TypeInfo
from mypy.options import Options
from mypy.plugin import ClassDefContext, Plugin

from genstate import fullnames, overlay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy.nodes import MypyFile, SymbolNode

SMALL_TYPESHED = Path(__file__).parent.parent / "test-data" / "typeshed"

PROGRAM = """\
from types import AsyncGeneratorType, GeneratorType
from typing import AsyncGenerator, Generator
"""

Position = tuple[int, int, int | None, int | None]


class Overlay(Plugin):
    """A plugin that is nothing but the overlay."""

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        return overlay.hook_for(fullname, self.options)


class LateOverlay(Plugin):
    """The overlay beside a plugin that answers mypy's question about the bases of every class."""

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None]:
        return lambda ctx: None

    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return overlay.late_hook_for(fullname, self.lookup_fully_qualified, self.options)


def classes(
    *,
    plugin: type[Plugin] | None = Overlay,
    typeshed: Path | None = None,
    python_version: tuple[int, int] = (3, 12),
    cache: Path | None = None,
) -> dict[str, TypeInfo]:
    """Analyse a program that uses all classes, and give them by their full names."""
    options = Options()
    options.python_version = python_version
    options.custom_typeshed_dir = None if typeshed is None else str(typeshed)
    options.abs_custom_typeshed_dir = options.custom_typeshed_dir
    options.incremental = cache is not None
    options.cache_dir = str(cache or os.devnull)
    options.show_traceback = True
    plugins = [plugin(options)] if plugin else []
    result = build([BuildSource("main.py", "main", PROGRAM)], options, extra_plugins=plugins)
    assert result.errors == []
    return {
        fullname: info
        for fullname in overlay.STUBS
        if isinstance(info := symbol(result.files, fullname), TypeInfo)
    }


def symbol(files: dict[str, MypyFile], fullname: str) -> SymbolNode | None:
    module, _, name = fullname.rpartition(".")
    return files[module].names[name].node


def corrected(infos: dict[str, TypeInfo]) -> set[str]:
    return {fullname for fullname, info in infos.items() if overlay.is_corrected(info)}


def signature(info: TypeInfo, method: str) -> str:
    """The type of the method, in the same words for all versions of mypy."""
    typ = str(getattr(info.names[method].node, "type", None))
    return re.sub(r"builtins\.|`\d+( = None)?", "", typ)


def positions(node: object) -> Iterator[Position]:
    """Where a method stands: the places of all nodes that a message may refer to."""
    if isinstance(node, OverloadedFuncDef):
        for item in node.items:
            yield from positions(item)
    elif isinstance(node, Decorator):
        yield from positions(node.func)
        yield from positions(node.var)
    if isinstance(node, FuncDef | Decorator | OverloadedFuncDef):
        yield node.line, node.column, node.end_line, node.end_column


@pytest.fixture(scope="module")
def plain() -> dict[str, TypeInfo]:
    return classes(plugin=None)


@pytest.fixture(scope="module")
def overlaid() -> dict[str, TypeInfo]:
    return classes()


@pytest.fixture
def typeshed(tmp_path: Path) -> Path:
    """A copy of the small typeshed, to be changed."""
    return Path(shutil.copytree(SMALL_TYPESHED, tmp_path / "typeshed"))


def edit(typeshed: Path, module: str, old: str, new: str) -> None:
    file = typeshed / "stdlib" / f"{module}.pyi"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_only_the_corrected_classes_have_a_hook() -> None:
    options = Options()
    assert all(overlay.hook_for(fullname, options) for fullname in overlay.STUBS)
    for fullname in ("typing.AsyncIterator", "builtins.object", "AsyncGenerator", ""):
        assert overlay.hook_for(fullname, options) is None


def test_each_corrected_class_has_a_base_that_leads_to_it() -> None:
    assert overlay.SUBCLASSES.keys() == fullnames.BASES_OF_CORRECTED
    assert sorted(overlay.SUBCLASSES.values()) == sorted(overlay.STUBS)


@pytest.mark.parametrize("python_version", [(3, 11), (3, 15)])
def test_what_comes_late_is_the_same(python_version: tuple[int, int]) -> None:
    early = classes(python_version=python_version)
    late = classes(plugin=LateOverlay, python_version=python_version)
    assert corrected(late) == corrected(early) == set(overlay.STUBS)
    for fullname, info in late.items():
        assert set(info.names) == set(early[fullname].names)
        assert info.protocol_members == early[fullname].protocol_members
        for name in info.names:
            assert signature(info, name) == signature(early[fullname], name)


def test_what_comes_late_is_in_the_cache(tmp_path: Path) -> None:
    for _ in range(2):
        infos = classes(plugin=LateOverlay, cache=tmp_path)
        assert corrected(infos) == set(overlay.STUBS)


def test_every_class_of_the_bundled_typeshed_is_corrected(
    plain: dict[str, TypeInfo], overlaid: dict[str, TypeInfo]
) -> None:
    assert corrected(plain) == set()
    assert corrected(overlaid) == set(overlay.STUBS)


@pytest.mark.parametrize("fullname", overlay.STUBS)
def test_a_corrected_class_has_the_members_it_had(
    fullname: str, plain: dict[str, TypeInfo], overlaid: dict[str, TypeInfo]
) -> None:
    assert set(overlaid[fullname].names) == set(plain[fullname].names)


@pytest.mark.parametrize("fullname", overlay.STUBS)
def test_corrected_methods_stand_where_the_others_stood(
    fullname: str, plain: dict[str, TypeInfo], overlaid: dict[str, TypeInfo]
) -> None:
    for name, old in plain[fullname].names.items():
        new = overlaid[fullname].names[name]
        assert set(positions(new.node)) == set(positions(old.node)), name


def test_the_cache_holds_the_corrected_class(tmp_path: Path) -> None:
    for _ in range(2):
        infos = classes(typeshed=SMALL_TYPESHED, cache=tmp_path)
        assert corrected(infos) == set(overlay.STUBS)
        assert "_SendT_contra | None" in signature(infos["typing.AsyncGenerator"], "asend")


def test_members_that_the_stub_does_not_know_are_kept() -> None:
    infos = classes(typeshed=SMALL_TYPESHED)
    assert {"added_by_a_newer_typeshed", "closed"} <= set(infos["typing.AsyncGenerator"].names)


def test_members_that_the_typeshed_does_not_know_are_not_added() -> None:
    infos = classes(typeshed=SMALL_TYPESHED)
    assert "aclose" not in infos["typing.AsyncGenerator"].names
    assert "ag_running" not in infos["types.AsyncGeneratorType"].names


@pytest.mark.parametrize("python_version", [(3, 11), (3, 12), (3, 15)])
def test_methods_in_version_branches_are_corrected(python_version: tuple[int, int]) -> None:
    infos = classes(typeshed=SMALL_TYPESHED, python_version=python_version)
    assert corrected(infos) == set(overlay.STUBS)
    athrow = signature(infos["typing.AsyncGenerator"], "athrow")
    assert athrow.count("_YieldT_co | None") == 4
    close = signature(infos["typing.Generator"], "close")
    assert ("_ReturnT_co | None" in close) == (python_version >= (3, 13))
    concrete = infos["types.AsyncGeneratorType"]
    if python_version == (3, 15):
        assert "AGEN_CLOSED" in signature(concrete, "ag_state")
    else:
        assert "ag_state" not in concrete.names


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        pytest.param("typing", "_YieldT_co", "_T_co", id="no such type variable"),
        pytest.param("typing", "_YieldT_co, _SendT_contra", "_T, _U", id="not its variables"),
        pytest.param("typing", "import TracebackType", "import ModuleType", id="no import"),
        pytest.param("typing", "import deprecated", "import deprecated as d", id="other name"),
        pytest.param("typing", "def overload", "def _overload", id="no function"),
        pytest.param("typing", "class Coroutine", "class _Coroutine", id="no class"),
        pytest.param("types", "class TracebackType", "class Traceback", id="nothing to import"),
        pytest.param("builtins", "class BaseException", "class Exception", id="no builtin"),
    ],
)
def test_class_is_left_alone_where_a_name_does_not_resolve(
    typeshed: Path, module: str, old: str, new: str
) -> None:
    edit(typeshed, module, old, new)
    infos = classes(typeshed=typeshed)
    assert not corrected(infos) & {"typing.AsyncGenerator", "types.AsyncGeneratorType"}
    assert "None" not in signature(infos["typing.AsyncGenerator"], "asend")
    if old != "class Coroutine":
        assert corrected(infos) == set()
        assert "None" not in signature(infos["typing.Generator"], "send")


def test_a_name_of_another_version_need_not_resolve(typeshed: Path) -> None:
    edit(typeshed, "typing", "import deprecated", "import deprecated as d")
    assert corrected(classes(typeshed=typeshed, python_version=(3, 11))) == set(overlay.STUBS)


def test_a_class_is_left_alone_where_only_its_base_fits(typeshed: Path) -> None:
    edit(typeshed, "types", "FrameType", "StackFrameType")
    assert corrected(classes(typeshed=typeshed)) == {"typing.AsyncGenerator", "typing.Generator"}


def test_a_class_is_left_alone_where_its_base_does_not_fit(typeshed: Path) -> None:
    edit(typeshed, "typing", "import TracebackType", "import ModuleType")
    assert corrected(classes(typeshed=typeshed)) == set()


def test_a_cached_run_says_the_same_and_does_not_load_the_overlay(tmp_path: Path) -> None:
    (tmp_path / "mypy.ini").write_text("[mypy]\nplugins = genstate\n")
    (tmp_path / "main.py").write_text(
        "from typing import AsyncGenerator\n"
        "async def send(g: AsyncGenerator[int, str]) -> None:\n"
        "    await g.asend(None)\n"
        "    await g.asend(1)\n"
    )
    cold, warm = (
        subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "mypy", "main.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        for _ in range(2)
    )
    assert 'incompatible type "int"; expected "str | None"' in cold.stdout
    assert warm.stdout == cold.stdout
    assert "genstate.overlay" in cold.stderr
    assert "genstate.overlay" not in warm.stderr
