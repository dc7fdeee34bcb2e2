"""Show genstate at work: on the examples of this project, and on three packages from the registry.

Nothing of the packages is run or installed. They are downloaded once, verified and unpacked below
`.cache/demo`, and read by the type checker.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
CACHE: Final = ROOT / ".cache" / "demo"
GENSTATE: Final = Path(sys.executable).with_name("genstate")

# The exit statuses of `genstate check` that are no failure.
CLEAN: Final = 0
FOUND: Final = 1


@dataclass(frozen=True)
class Package:
    """A package that the demo checks.

    Attributes:
        name: its name on the registry.
        version: the version to download.
        sha256: the digest of its wheel, which pip verifies.
        folder: the directory in the wheel that holds its modules.
        about: what it is, for the reader.
    """

    name: str
    version: str
    sha256: str
    folder: str
    about: str

    @property
    def place(self) -> Path:
        """Where it is unpacked."""
        return CACHE / f"{self.name}-{self.version}"

    @property
    def requirement(self) -> str:
        """What pip calls it."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


PACKAGES: Final = (
    Package(
        name="aioitertools",
        version="0.13.0",
        sha256="0be0292b856f08dfac90e31f4739432f4cb6d7520ab9eb73e143f4f2fa5259be",
        folder="aioitertools",
        about="itertools for asyncio, almost nothing but async generators",
    ),
    Package(
        name="asyncstdlib",
        version="3.14.0",
        sha256="cad90c590ce357da6e70c56f0e2ad9e9baaf146a8fc2ede189879da57eb8bd87",
        folder="asyncstdlib",
        about="the standard library's helpers, for async iterators",
    ),
    Package(
        name="pipecat-ai",
        version="1.14.0",
        sha256="0352f504b44e78bdf524e45af4bc759601c835b9b7dc195efe5e03384b974a44",
        folder="pipecat",
        about="a framework for voice agents, which passes frames through async generators",
    ),
)


def main() -> int:
    """Run the demo and return the exit status; what could not run has ended it before."""
    say(
        "1. The examples. Each program in examples/wrong/ breaks the generator protocol and fails",
        "   when it is run; its twin in examples/right/ does not. genstate reports the wrong ones.",
    )
    check(["examples"], ROOT)
    say(
        "2. Three packages, as they are on the registry. They are well tested: most of what they",
        "   do with generators is right, and genstate must keep quiet about it.",
    )
    for package in PACKAGES:
        if not package.place.exists():
            unpack(download(package), package.place)
        say(f"{package.name} {package.version}: {package.about}")
        check([package.folder, "--config-file="], package.place)
    say("The notes below a report say how it comes about, and how to put it right.")
    return CLEAN


def download(package: Package) -> Path:
    """Download the wheel of `package` and return its path."""
    wheels = CACHE / "wheels" / package.name
    wheels.mkdir(parents=True, exist_ok=True)
    requirements = wheels / "requirements.txt"
    requirements.write_text(package.requirement)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download"]
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", str(wheels)]
    run([*pip, *options, "--requirement", str(requirements)], ROOT)
    return next(wheels.glob("*.whl"))


def unpack(wheel: Path, place: Path) -> None:
    """Unpack `wheel` into `place`."""
    # Under another name first: an interrupted run must not leave half a package.
    half = place.with_name(f"{place.name}.part")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(half)
    half.rename(place)


def check(arguments: list[str], folder: Path) -> None:
    """Run `genstate check` in `folder`, and show the command and how long it took."""
    print("$ genstate check", *arguments, flush=True)
    start = time.perf_counter()
    run([str(GENSTATE), "check", *arguments], folder, allowed=(CLEAN, FOUND))
    say(f"({time.perf_counter() - start:.1f} s)")


def run(command: list[str], folder: Path, allowed: tuple[int, ...] = (CLEAN,)) -> None:
    """Run `command` in `folder`, or end the demo if its exit status is none of `allowed`."""
    environ = {**os.environ, "MYPY_CACHE_DIR": str(CACHE / "mypy_cache")}
    status = subprocess.run(command, cwd=folder, env=environ, check=False).returncode
    if status not in allowed:
        sys.exit(f"{command[0]} failed with exit status {status}")


def say(*lines: str) -> None:
    """Print `lines` as a paragraph."""
    print(*lines, "", sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
