"""The packages that are measured: pinned, downloaded once, and unpacked; nothing of them is run."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
CACHE: Final = ROOT / ".cache" / "bench"


@dataclass(frozen=True)
class Package:
    """A package on the registry, and what it stands for here."""

    name: str
    version: str
    is_large: bool = False

    @property
    def place(self) -> Path:
        """Where it is unpacked."""
        return CACHE / "packages" / f"{self.name}-{self.version}"

    def lines(self) -> int:
        """How many lines of Python it has."""
        return sum(path.read_bytes().count(b"\n") for path in self.place.rglob("*.py"))


#: A large code base, and the ten packages of docs/real-code.md with at least 2,000 lines that have
#: the most `yield`s for each line.
PACKAGES: Final = (
    Package("twisted", "26.10.0", is_large=True),
    Package("aioitertools", "0.13.0"),
    Package("aiostream", "0.8.1"),
    Package("asyncstdlib", "3.14.0"),
    Package("textual", "8.2.8"),
    Package("httpx", "0.28.1"),
    Package("pytest", "9.2.0"),
    Package("autogen-agentchat", "0.7.5"),
    Package("psycopg", "3.3.9"),
    Package("pydantic-ai-slim", "2.68.0"),
    Package("langchain-core", "1.8.2"),
)


def fetch(package: Package) -> None:
    """Download and unpack `package`, unless that was done before.

    Raises:
        CalledProcessError: pip cannot get it.
    """
    if package.place.exists():
        return
    wheels = CACHE / "wheels" / package.name
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download"]
    options = ["--no-deps", "--only-binary=:all:", "--dest", str(wheels)]
    subprocess.run([*pip, *options, f"{package.name}=={package.version}"], check=True)
    half = package.place.with_name(f"{package.place.name}.part")
    with zipfile.ZipFile(next(wheels.glob(f"*-{package.version}-*.whl"))) as archive:
        archive.extractall(half)
    half.rename(package.place)
