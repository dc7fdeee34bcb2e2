"""Which functions are looked at: chosen by the words in them, and then by their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstate import compat, concern, functions
from genstate.known_names import KnownNames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy.checker import TypeChecker
    from mypy.nodes import FuncDef, FuncItem, MypyFile, Node


class Selection:
    """The functions and modules on which a rule may have something to say."""

    def __init__(self) -> None:
        self._names = KnownNames()
        self._checker: TypeChecker | None = None
        self._interest: functions.Interest | None = None
        self._doubtful: dict[str, functions.Interest] = {}

    def renew(self, tree: MypyFile) -> None:
        """Learn what a module defines that the daemon may have checked before."""
        self._names.add_from(tree)

    def to_arm(self, checker: TypeChecker) -> tuple[list[FuncDef], bool]:
        """What gets a trigger: functions, and whether the module's own statements do.

        In the daemon all, as edits elsewhere can make them matter, and what others depend on has to
        be told of the bodies of all.
        """
        if compat.keeps_dependencies(checker):
            return functions.all_functions(checker.tree), True
        armed, interest = self._look(checker)
        if interest.is_doubtful:
            self._doubtful[checker.tree.fullname] = interest
        return armed, interest.module_level

    def includes(
        self, checker: TypeChecker, code: FuncItem | MypyFile, body: Sequence[Node]
    ) -> bool:
        """May a rule have something to say on it, after all that is known by now?

        The daemon has another checker for each time that it comes back to a module.
        """
        if not compat.keeps_dependencies(checker):
            interest = self._doubtful.get(checker.tree.fullname)
        elif checker is self._checker:
            interest = self._interest
        else:
            _, interest = self._look(checker)
            self._checker, self._interest = checker, interest
        return interest is None or interest.includes(code, lambda: concern.names_in(checker, body))

    def _look(self, checker: TypeChecker) -> tuple[list[FuncDef], functions.Interest]:
        known = self._names.around(checker.tree, checker.modules)
        return functions.of_interest(checker.tree, compat.source_text(checker), known)
