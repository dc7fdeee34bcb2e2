"""What is known of an object by its class, where the class is called."""

from __future__ import annotations

from mypy import nodes
from mypy.nodes import Expression, TypeInfo


def makes_plain_instance(callee: Expression) -> bool:
    """The callee is a class whose constructor only stores its arguments."""
    info = callee.node if isinstance(callee, nodes.RefExpr) else None
    if not isinstance(info, TypeInfo) or info.fallback_to_any or info.get("__post_init__"):
        return False
    if info.metaclass_type is not None or info.is_enum:
        return False
    if info.is_named_tuple or "dataclass" in info.metadata:
        return True
    # A builtin exception takes whatever it is given.
    origin = "builtins." if info.has_base("builtins.BaseException") else "builtins.object."
    made = [info.get(name) for name in ("__init__", "__new__")]
    return all(
        symbol is None or symbol.node is None or symbol.node.fullname.startswith(origin)
        for symbol in made
    )


def makes_true_instance(callee: Expression) -> bool:
    """The callee is a class whose instances have no truth of their own, and so are true."""
    info = callee.node if isinstance(callee, nodes.RefExpr) else None
    if not isinstance(info, TypeInfo) or info.fallback_to_any or info.metaclass_type is not None:
        return False
    made = info.get("__new__")
    origin = "" if made is None or made.node is None else made.node.fullname
    plain = origin.startswith("builtins.object.")
    return plain and not any(info.get(name) for name in ("__bool__", "__len__"))
