"""`make growth`: how genstate's time grows with a function, drawn into docs/growth.svg."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

import matplotlib
from matplotlib import pyplot

from scripts.bench.measure import CONFIG, PLUGIN, run
from scripts.bench.packages import ROOT
from scripts.bench.programs import WRITERS, Writer

PICTURE: Final = ROOT / "docs" / "growth.svg"
SIZES: Final = (100, 300, 1_000, 3_000, 10_000)


def cost(write: Writer, size: int) -> float:
    """The seconds of user CPU that genstate adds to mypy's own, for a program of that size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "program.py").write_text(write(size))
        times: list[float] = []
        for config in (CONFIG, CONFIG + PLUGIN):
            (folder / "mypy.ini").write_text(config)
            cache = folder / f"cache{len(times)}"
            run(folder, folder / "mypy.ini", cache)
            (folder / "program.py").write_text(write(size) + "#\n" * (len(times) + 1))
            times.append(run(folder, folder / "mypy.ini", cache).seconds)
    return times[1] - times[0]


def main() -> None:
    """Measure and draw."""
    matplotlib.rcParams.update({"svg.hashsalt": "growth", "svg.fonttype": "none"})
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for write in WRITERS:
        costs = []
        for size in SIZES:
            costs.append(max(cost(write, size), 0.001))
            print(f"{write.__name__:12} {size:6} {costs[-1]:8.2f} s", flush=True)
        axes.loglog(SIZES, costs, marker="o", label=write.__name__)
    axes.loglog(SIZES, [size / 5_000 for size in SIZES], "k:", label="linear")
    axes.set_xlabel("how many in one function")
    axes.set_ylabel("seconds that genstate adds")
    axes.legend()
    axes.grid(visible=True, alpha=0.3)
    figure.savefig(PICTURE, metadata={"Date": None}, bbox_inches="tight")
    print(f"wrote {PICTURE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
