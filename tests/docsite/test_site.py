"""The site as `make docs` builds it, and a page of `genstate states`, opened in a browser.

`make test-docs` installs what this needs. The browser is Chromium, if one is there.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from genstate.cli import main

pytest.importorskip("mkdocs", reason="make test-docs installs mkdocs")
pytestmark = pytest.mark.any_mypy

ROOT: Final = Path(__file__).parents[2]
CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE: Final = {"width": 360, "height": 740}
SMALLEST: Final = 9.5
"""The smallest letters, in pixels, that can be read on a phone."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Links(HTMLParser):
    """What a page points at, and the places in it that can be pointed at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.targets.append(value)
            if name == "id" and value:
                self.places.add(value)


def paths(site: Path) -> list[str]:
    """The addresses of all pages, from the root of the site."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


def test_no_link_is_broken(site: Path) -> None:
    links = {path: _Links((site / path).read_text("utf-8")) for path in paths(site)}
    broken = []
    for path, page in links.items():
        for target in page.targets:
            parts = urlsplit(urljoin(f"http://site/{path}", target))
            if parts.netloc != "site" or path == "404.html":
                continue
            name = unquote(parts.path).lstrip("/")
            name = f"{name}index.html" if name.endswith("/") or not name else name
            known = links[name].places if name in links else set()
            if not (site / name).is_file() or (
                parts.fragment and name in links and parts.fragment not in known | {"__skip"}
            ):
                broken.append(f"{path}: {target}")
    assert len(links) > 20
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in paths(site):
        assert 'src="http' not in (site / path).read_text("utf-8"), path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("NOT OPENED IN A BROWSER: there is no chromium here")
    with playwright.sync_playwright() as running:
        # Containers have no user namespaces for the sandbox; the pages are our own.
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def complaints_of(page: Any) -> list[str]:
    """A list that fills with what goes wrong while `page` is used."""
    found: list[str] = []
    page.on("console", lambda m: found.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda failure: found.append(str(failure)))
    page.on("response", lambda r: found.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    page.on("requestfailed", lambda request: found.append(f"failed {request.url}"))
    return found


def test_every_page_opens_and_fits_a_phone(browser: Any, site: Path, address: str) -> None:
    page = browser.new_page(viewport=PHONE)
    complaints = complaints_of(page)
    for path in paths(site):
        if path == "404.html":
            continue
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{path} is {width} wide"
        size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('p')).fontSize)")
        assert size >= 12, path
    assert complaints == []


def test_the_state_diagrams_can_be_read_on_a_phone(browser: Any, address: str) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{address}lifecycle/")
    page.wait_for_load_state("networkidle")
    pictures = page.evaluate(
        "[...document.querySelectorAll('article img')].map(i => [i.naturalWidth, i.clientWidth])"
    )
    assert len(pictures) == 2
    for natural, shown in pictures:
        assert natural > 0
        assert 14 * shown / natural >= SMALLEST


def test_the_search_finds_a_rule(browser: Any, address: str) -> None:
    page = browser.new_page()
    complaints = complaints_of(page)
    page.goto(address)
    # The field does nothing before the scripts of the page have come and run.
    page.wait_for_load_state("networkidle")
    page.click("input[name=query]")
    page.keyboard.type("GeneratorExit", delay=20)
    page.wait_for_selector("article.md-search-result__article")
    assert complaints == []


@pytest.mark.parametrize("width", [360, 1200])
def test_pointing_at_a_generator_shows_its_path(browser: Any, tmp_path: Path, width: int) -> None:
    made = tmp_path / "states.html"
    program = ROOT / "examples" / "right" / "running_average.py"
    options = ["--html", str(made), "--cache-dir", str(tmp_path / "cache"), "--config-file="]
    assert main(["states", str(program), *options]) == 0
    page = browser.new_page(viewport={"width": width, "height": 740})
    complaints = complaints_of(page)
    page.goto(made.as_uri())
    assert not page.is_visible("#path")
    page.hover("#L24 .generator")
    assert [
        item.inner_text().partition(". ")[0] for item in page.query_selector_all("#path li")
    ] == [
        "line 21: created",
        "line 22: created → suspended",
        "line 25: suspended → closed",
    ]
    assert "created on line 21" in page.inner_text("#path b")
    lit = [line.get_attribute("id") for line in page.query_selector_all(".line.step")]
    assert lit == ["L21", "L22", "L25"]
    page.keyboard.press("Escape")
    assert not page.is_visible("#path")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
