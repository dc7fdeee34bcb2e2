"""General data flow analysis: lattice elements, their disjunctions, the worklist, liveness.

Nothing here knows of generators, or of mypy.
"""
