"""A project of many modules, and random edits of it."""

from __future__ import annotations

import random
import re
from typing import Final

from tests.modes.pieces import HEAD, SLOTS, STUB

#: Modules and the ones they import, the folders of a package without `__init__.py` among them.
IMPORTS: Final[dict[str, list[str]]] = {
    "base": ["base"],
    "pkg.__init__": ["base"],
    "pkg.first": ["pkg"],
    "pkg.second": ["pkg.first"],
    "pkg.sub.__init__": ["pkg.second"],
    "pkg.sub.deep": ["pkg.sub"],
    "pkg.sub.deeper": ["pkg.sub.deep"],
    "space.one": ["pkg.sub.deeper"],
    "space.two": ["space.one"],
    "space.inner.three": ["space.two"],
    "circle_a": ["circle_c"],
    "circle_b": ["circle_a"],
    "circle_c": ["circle_b", "space.inner.three"],
    "pair_a": ["pair_b"],
    "pair_b": ["pair_a", "circle_c"],
    "stubbed": ["pair_b"],
    "on_stub": ["stubbed"],
    "on_stub_too": ["stubbed", "on_stub"],
    **{f"leaf_{number}": [name] for number, name in enumerate(["base", "pkg", "pkg.first"] * 2)},
    "chain_a": ["leaf_0"],
    "chain_b": ["chain_a"],
    "chain_c": ["chain_b"],
    "chain_d": ["chain_c"],
}
STUBBED: Final = "stubbed"
STUBS: Final = [
    {"stops": stops, "swallows": swallows, "kept": kept}
    for stops in ("None", "NoReturn")
    for swallows in ("None", "bool")
    for kept in ("", "import circle_a")
]
#: Slots that a module has in the beginning as in the first variant: most of it is to be checked.
CALM: Final = ("options", "error")
#: Modules that import each other. What is there has its own definition, or mypy may call it cyclic.
CIRCLES: Final = ("circle_", "pair_", "base")
_IS_DEFINED_BY_THE_OTHER: Final = re.compile(
    r"class \w+\(.*\{other\}|from \{other\}|\w+ = \{other\}\.\w+$", re.MULTILINE
)


class Large:
    """The modules of the project, each as the number of the variant in each slot.

    Attributes:
        removed: the modules whose files are not there now.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._chosen = {
            (module, slot): 0 if slot in CALM else self._random.randrange(len(variants))
            for module in IMPORTS
            for slot, variants in SLOTS.items()
        }
        self._stub = 0
        self.removed: set[str] = set()

    def edit(self) -> str:
        """Change something, and say what."""
        if ("error", 3) in {(slot, chosen) for (_, slot), chosen in self._chosen.items()}:
            return self._repair()
        kind = self._random.random()
        module = self._random.choice(list(IMPORTS))
        if kind < 0.08:
            return self._remove_or_bring_back(module)
        if kind < 0.13:
            self._stub = self._random.randrange(len(STUBS))
            return f"stub: {STUBS[self._stub]}"
        slot = self._random.choice(list(SLOTS))
        return self._put(module, slot, self._random.randrange(len(SLOTS[slot])))

    def texts(self) -> dict[str, str]:
        """The text of each module, by the path of its file."""
        texts = {
            f"{module.replace('.', '/')}.py": self._text(module)
            for module in IMPORTS
            if module not in self.removed
        }
        texts[f"{STUBBED}.pyi"] = STUB.format(**STUBS[self._stub])
        return texts

    def _remove_or_bring_back(self, module: str) -> str:
        """A package goes with all that is in it.

        mypy's daemon, with no plugin at all, stops with a KeyError at the next change of any file
        where `p/sub/__init__.py` is removed and `p/sub/mod.py` stays.
        """
        package = module.removesuffix(".__init__")
        concerned = {name for name in IMPORTS if name == module or name.startswith(f"{package}.")}
        if module in self.removed:
            self.removed -= concerned
            return f"{module}: back again"
        self.removed |= concerned
        return f"{module}: removed"

    def _repair(self) -> str:
        module = next(m for (m, slot), n in self._chosen.items() if slot == "error" and n == 3)
        return self._put(module, "error", 0)

    def _put(self, module: str, slot: str, variant: int) -> str:
        self._chosen[module, slot] = variant
        return f"{module}: {slot} {variant}"

    def _text(self, module: str) -> str:
        imported = IMPORTS[module]
        pieces = {slot: SLOTS[slot][self._chosen[module, slot]] for slot in SLOTS}
        if module.startswith(CIRCLES):
            pieces = {slot: _without_circles(slot, piece) for slot, piece in pieces.items()}
        head = HEAD.replace("{imports}", "\n".join(f"import {name}" for name in imported))
        text = "\n".join([pieces.pop("options"), head, *pieces.values()])
        return text.replace("{other}", imported[0])


def _without_circles(slot: str, piece: str) -> str:
    return SLOTS[slot][0] if _IS_DEFINED_BY_THE_OTHER.search(piece) else piece
