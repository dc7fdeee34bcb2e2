"""The one place that names mypy internals which moved between versions, or may move."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from mypy.util import DecodeError, decode_python_encoding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy.checker import TypeChecker
    from mypy.nodes import FuncDef, FuncItem
    from mypy.options import Options


def errors_are_hidden(checker: TypeChecker) -> bool:
    """Is nothing of what is reported in this module shown?

    mypy 2.0 has `TypeChecker.can_skip_diagnostics` for it, 1.19 does not.
    """
    return bool(checker.options.ignore_errors) or checker.path in checker.errors.ignored_files


def keeps_dependencies(checker: TypeChecker) -> bool:
    """Does mypy write down which function depends on what: in the daemon, or in a cache for it?"""
    return checker.options.fine_grained_incremental or checker.options.cache_fine_grained


def checks_single_functions(checker: TypeChecker) -> bool:
    """Has the daemon come back to some functions of the module, and not to all of it?

    It gives the checker one more pass for that.
    """
    from mypy.checker import DEFAULT_LAST_PASS

    return checker.last_pass > DEFAULT_LAST_PASS


def dependencies_of(checker: TypeChecker, function: FuncDef) -> Iterable[str]:
    """What the function depends on, as the triggers of mypy's daemon."""
    from mypy.server.deps import get_dependencies_of_target

    version = checker.options.python_version
    types = checker._type_maps[0]
    return get_dependencies_of_target(
        checker.tree.fullname, checker.tree, function, types, version
    ).keys()


def source_text(checker: TypeChecker) -> bytes | None:
    """The source of the module that is checked; None where it is not known.

    It has Unix line ends, and names as the parser sees them: in UTF-8, and normalised.
    """
    if checker.options.shadow_file:
        return None
    try:
        with open(checker.path, "rb") as file:
            text = file.read()
        if not text.isascii():
            text = unicodedata.normalize("NFKC", decode_python_encoding(text)).encode()
    except (OSError, DecodeError, UnicodeError):
        return None
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def function_in_hand(checker: TypeChecker) -> FuncItem | None:
    """The function whose body `checker` is in, None at module level or in a class body there.

    A function with constrained type variables is checked once per combination, on a copy each
    time: this is the copy then.
    """
    function = checker.scope.current_function()
    if function is None or not function.expanded:
        return None
    return function.expanded[-1]


def is_deferred(checker: TypeChecker) -> bool:
    """Will `checker` come back to the function it is in, since some type is not known yet?

    The flag alone does not tell: it is put back when a nested function is left.
    """
    if checker.current_node_deferred:
        return True
    outermost = checker.scope.top_level_function()
    return any(deferred.node is outermost for deferred in checker.deferred_nodes)


def compiles_with_mypyc(options: Options) -> bool:
    """Is mypy the front end of mypyc, which compiles the trees that plugins leave behind?"""
    return options.mypyc or any(
        changes.get("mypyc") for changes in options.per_module_options.values()
    )


def settle_parser(options: Options) -> None:
    """Choose the parser as mypy's own main program does before it starts a build.

    Parallel runs, from mypy 2.0 on, need the native parser; mypy 1.19 knows neither.
    """
    if getattr(options, "num_workers", 0):
        options.native_parser = True
