"""The options of a run of mypy: the project's own configuration, with the plugin added to it.

mypy has no option that adds a plugin, and a configuration file written for the purpose would change
what the paths in the user's own mean. So mypy reads its command line and its configuration, and the
plugin is added to what it read.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Final

from mypy.main import process_options

from genstate import config
from genstate.cli.failure import CannotRun
from genstate.cli.plugin_entry import PLUGIN, is_listed
from genstate.compat import settle_parser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy.fscache import FileSystemCache
    from mypy.modulefinder import BuildSource
    from mypy.options import Options

PROGRAM: Final = "genstate check"
CACHE_FOLDER: Final = "genstate"

# What a check needs, whatever the configuration says. The arguments behind `--` come later and win.
NEEDED: Final = ("--output", "json", "--check-untyped-defs", "--follow-imports", "silent")


def configure(
    paths: Sequence[str], arguments: Sequence[str], files: FileSystemCache
) -> tuple[list[BuildSource], Options, list[str]]:
    """The sources and options of a run, and mypy's complaints about options of its configuration.

    Raises:
        CannotRun: mypy rejects `arguments` or `paths`, or cannot read its configuration.
    """
    found, options, complaints = _read([*NEEDED, *arguments, *paths], files)
    if complaints and not _is_about_option(complaints, options.config_file):
        raise CannotRun(" ".join(complaints.split()))
    if not found:
        raise CannotRun("no path is given, and the mypy configuration names none")
    settle_parser(options)
    _add_plugin(options)
    if not any(word.partition("=")[0] == "--cache-dir" for word in arguments):
        _use_own_cache(options)
    return found, options, complaints.splitlines()


def _read(arguments: list[str], files: FileSystemCache) -> tuple[list[BuildSource], Options, str]:
    complaints = io.StringIO()
    try:
        found, options = process_options(
            arguments, stderr=complaints, require_targets=False, fscache=files, program=PROGRAM
        )
    except SystemExit as stop:
        if not stop.code:
            raise  # mypy was asked for its help or version, and gave it.
        raise CannotRun(_usage_error(complaints.getvalue())) from None
    except (OSError, UnicodeError) as failure:
        raise CannotRun(f"the mypy configuration cannot be read: {failure}") from None
    return found, options, complaints.getvalue()


def _usage_error(printed: str) -> str:
    """The line that matters in what mypy prints before it exits: usage first, then the error."""
    mark = f"{PROGRAM}: error: "
    lines = printed.strip().splitlines() or ["mypy gave up without a word"]
    return next((line.removeprefix(mark) for line in lines if line.startswith(mark)), lines[0])


def _is_about_option(complaints: str, config_file: str | None) -> bool:
    """Are `complaints` about options in a configuration that mypy could read otherwise?

    They then start with the file and the section in brackets.
    """
    return complaints.startswith(f"{config_file}: [")


def _add_plugin(options: Options) -> None:
    """Have mypy load genstate before the plugins of the configuration, where it is not listed."""
    if not is_listed(options.plugins):
        options.plugins = [PLUGIN, *options.plugins]
    if options.config_file is None:
        options.config_file = config.find()
    # mypy loads no plugin at all when there is no configuration file.
    options.config_file = options.config_file or os.devnull


def _use_own_cache(options: Options) -> None:
    """Leave the cache of the user's own mypy runs alone.

    The options differ: in one cache, each run would throw away what the other left.
    """
    if options.cache_dir != os.devnull:
        options.cache_dir = os.path.join(options.cache_dir, CACHE_FOLDER)
