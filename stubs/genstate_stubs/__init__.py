"""Corrected stubs of the generator classes of `typing` and `types`.

Each `.pyi` file here is named after the standard library's module whose classes it corrects. The
genstate plugin puts these classes in place of mypy's own.
"""
