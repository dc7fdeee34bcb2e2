"""Hooks of mkdocs: add the pages and pictures that are made from the code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT: Final = Path(__file__).resolve().parents[2]
RULES: Final = "Rules"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of the rules into the navigation."""
    sys.path.insert(0, str(ROOT))
    from scripts.docsite import rule_pages

    rules = {RULES: ["rules/index.md", *rule_pages.paths()]}
    config.nav = [rules if entry == RULES else entry for entry in config.nav or ()]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is made from the docstrings of the rules and from the contract table."""
    from mkdocs.structure.files import File

    from scripts.docsite import lifecycle, rule_pages

    for path, content in {**rule_pages.pages(), **lifecycle.files()}.items():
        files.append(File.generated(config, path, content=content))
    return files
