"""The control flow graph of one function, written in genstate's own small language of events.

`events` and `graph` define the language and know nothing of mypy. `lower` translates a checked mypy
function into it, and is the only reader of AST shapes.
"""
