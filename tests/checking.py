"""Running mypy inside the test's own process, so that parts of genstate can be exchanged."""

from __future__ import annotations

import os
import uuid
import zlib
from pathlib import Path
from textwrap import dedent

import mypy.version
import pytest
from mypy import api

ROOT = Path(__file__).parents[1]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
CACHE = ROOT / ".cache" / "checking" / mypy.version.__version__ / WORKER


def look_at_everything(patch: pytest.MonkeyPatch) -> None:
    """Let all functions that words in them speak for be analysed, whatever can go wrong in them."""
    patch.setattr("genstate.concern.has_generators", lambda *_: True)
    patch.setattr("genstate.worth.may_break_a_rule", lambda *_: True)


def check(folder: Path, source: str, *options: str, name: str = "checked.py") -> list[str]:
    """mypy's messages on the module `source`, which is written into `folder`.

    What it imports may come from a cache, the module itself never does. Runs with other plugins or
    options have another cache: to them nothing in it would be valid.
    """
    file = folder / name
    file.write_text(f"{dedent(source)}# {uuid.uuid4()}\n")
    config = folder / "mypy.ini"
    if not config.exists():
        config.write_text("[mypy]\nplugins = genstate\n")
    key = zlib.crc32(config.read_bytes() + " ".join(options).encode())
    output, errors, status = api.run(
        [
            f"--config-file={config}",
            f"--cache-dir={CACHE / format(key, 'x')}",
            "--no-error-summary",
            "--check-untyped-defs",
            "--fixed-format-cache",  # the default since mypy 1.20, and twice as fast
            *options,
            str(file),
        ]
    )
    assert status in (0, 1), output + errors
    return [line.replace(f"{folder}/", "") for line in output.splitlines()]
