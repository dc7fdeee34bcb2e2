"""`python -m genstate` is the `genstate` command."""

from __future__ import annotations

import sys

from genstate.cli import main

if __name__ == "__main__":
    sys.exit(main())
