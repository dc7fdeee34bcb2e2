# `make` lists the targets. Each sets up what it needs by itself, below this directory.

SHELL := /bin/sh
VENV := .venv
OLDEST := .venv-oldest
CHECKERS := .venv-checkers
PLUGINS := .venv-plugins
MATRIX := .venv-matrix
DOCS := .venv-docs
COMPARE := .venv-compare
BENCH := .venv-bench
COMPILED := .venv-compiled
# The oldest mypy that pyproject.toml allows.
OLDEST_MYPY := mypy==1.19.0
# How many tests run at the same time. Who has none left takes some from another: a few take long.
JOBS ?= auto
PARALLEL = -n $(JOBS) --dist worksteal
PYTEST_FLAGS ?=
SUITE_FLAGS ?=
EDITS ?= 200
N ?= 500
SEED ?= 1
ROUNDS ?= 7
ONLY ?=
FILES ?= 2000
# The interpreter's own library, with its tests.
SOURCES ?= $$($(VENV)/bin/python -c "import sysconfig; print(sysconfig.get_path('stdlib'))")
export PYTHON
# Whoever installs genstate has it compiled; else each run of mypy would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint types test-newest test-oldest test-checkers test-plugins test-modes test-matrix test-compiled compiled mypy-suite docs test-docs compare picture bench growth fuzz fuzz-crash clean

help:
	@echo "make demo         see genstate at work on the examples and on three real packages"
	@echo "make test         lint, types, test-newest and test-oldest: what must pass before a change is taken"
	@echo "make lint         ruff: rules and format"
	@echo "make types        mypy --strict on this project, with genstate's own plugin on"
	@echo "make test-newest  the tests, with the newest mypy"
	@echo "make test-oldest  the tests that ask mypy, with the oldest mypy supported"
	@echo "make test-checkers  the corrected stubs, with five type checkers"
	@echo "make test-plugins  genstate beside the plugins for attrs, Django, pydantic, returns and SQLAlchemy"
	@echo "make test-modes   a large project in every mode of mypy, and through many edits in its daemon"
	@echo "make test-matrix  the tests on mypy 1.19, 1.20, 2.0, 2.2 and the newest, and on each Python that is found"
	@echo "make compiled     a wheel for this platform in dist/, with what does the work compiled by mypyc"
	@echo "make test-compiled  the tests on that wheel, with the newest mypy"
	@echo "make mypy-suite   every case of mypy's own test suite, with genstate and without"
	@echo "make docs         build the documentation site, into site/"
	@echo "make test-docs    the site, and the page of genstate states, in Chromium if it is there"
	@echo "make compare      what other tools report on the examples of the rules; writes the table in README.md"
	@echo "make picture      draw the terminal in README.md anew"
	@echo "make bench        what genstate costs on real packages; writes the table in docs/speed.md"
	@echo "make growth       how its time grows with one function; draws the diagram there"
	@echo "make fuzz         random programs, run on CPython and compared with what genstate says"
	@echo "make fuzz-crash   every function of many real modules analysed: genstate must survive them"
	@echo "make clean        remove the virtual environments and all caches"
	@echo
	@echo "PYTHON=...        the interpreter to use; default: the first of 3.10 or newer that is found"
	@echo "N=... SEED=...    how many programs make fuzz writes, and which"
	@echo "FILES=... SOURCES=...  how many modules make fuzz-crash checks, and the folders that they are in"
	@echo "EDITS=... SEED=...  how many edits make test-modes makes, and which"
	@echo "ROUNDS=... ONLY=...  how many rounds of runs make bench makes, and of which packages"
	@echo "JOBS=...          how many tests run at the same time; default: one for each core"
	@echo "PYTEST_FLAGS=...  further arguments for pytest, such as '-k exit_yield'"

demo: $(VENV)/ready
	@$(VENV)/bin/python scripts/demo.py

test: lint types test-newest test-oldest

lint: $(VENV)/ready
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check

types: $(VENV)/ready
	$(VENV)/bin/mypy

test-newest: $(VENV)/ready
	$(VENV)/bin/python -m pytest $(PARALLEL) $(PYTEST_FLAGS)

test-oldest: $(OLDEST)/ready
	$(OLDEST)/bin/python -m pytest $(PARALLEL) -m "not any_mypy" $(PYTEST_FLAGS)

test-checkers: $(CHECKERS)/ready
	$(CHECKERS)/bin/python -m pytest tests/checkers $(PYTEST_FLAGS)

test-plugins: $(PLUGINS)/ready
	$(PLUGINS)/bin/python -m pytest tests/other_plugins $(PYTEST_FLAGS)

test-modes: $(VENV)/ready
	$(VENV)/bin/python -m pytest tests/modes $(PARALLEL) --all-modes --edits=$(EDITS) --seed=$(SEED) $(PYTEST_FLAGS)

test-matrix:
	scripts/test-matrix $(MATRIX) $(PARALLEL) $(PYTEST_FLAGS)

compiled: $(VENV)/ready
	scripts/compile dist $(VENV)/bin/python

test-compiled: $(COMPILED)/ready
	$(COMPILED)/bin/python -m pytest $(PARALLEL) $(PYTEST_FLAGS)

mypy-suite: $(VENV)/ready
	$(VENV)/bin/python -m tests.mypy_suite.run --all-cases $(SUITE_FLAGS)

docs: $(DOCS)/ready
	$(DOCS)/bin/python -m mkdocs build

test-docs: $(DOCS)/ready
	$(DOCS)/bin/python -m pytest tests/docsite $(PYTEST_FLAGS)

$(VENV)/ready: pyproject.toml scripts/make-venv scripts/find-python
	@scripts/make-venv $(VENV) --editable '.[test]'
	@touch $@

$(OLDEST)/ready: pyproject.toml scripts/make-venv scripts/find-python
	@scripts/make-venv $(OLDEST) --editable '.[test]' '$(OLDEST_MYPY)'
	@touch $@

$(CHECKERS)/ready: pyproject.toml scripts/make-venv scripts/find-python
	@scripts/make-venv $(CHECKERS) --editable '.[test,checkers]'
	@touch $@

$(PLUGINS)/ready: pyproject.toml scripts/make-venv scripts/find-python
	@scripts/make-venv $(PLUGINS) --editable '.[test,plugins]'
	@touch $@

$(DOCS)/ready: pyproject.toml scripts/make-venv scripts/find-python
	@scripts/make-venv $(DOCS) --editable '.[test,docs]'
	@touch $@

compare: $(VENV)/ready
	$(VENV)/bin/python -m scripts.comparison

picture: $(VENV)/ready
	$(VENV)/bin/python -m scripts.picture

bench: $(VENV)/ready $(COMPILED)/ready
	$(VENV)/bin/python -m scripts.bench --rounds $(ROUNDS) --only $(ONLY) --compiled $(COMPILED)/bin/python

# It holds a copy of genstate, so it is made anew when that changes.
$(COMPILED)/ready: pyproject.toml scripts/compile scripts/make-venv scripts/find-python $(shell find mypy_plugin stubs -name '*.py' -o -name '*.pyi')
	@scripts/make-venv $(COMPILED) --upgrade pip
	scripts/compile $(COMPILED)/wheels $(COMPILED)/bin/python
	@scripts/make-venv $(COMPILED) --force-reinstall "$$(echo $(COMPILED)/wheels/*.whl)[test]"
	@touch $@

growth: $(BENCH)/ready
	$(BENCH)/bin/python -m scripts.bench.growth

$(BENCH)/ready: pyproject.toml scripts/make-venv scripts/find-python
	@scripts/make-venv $(BENCH) --editable '.[bench]'
	@touch $@

fuzz: $(VENV)/ready
	$(VENV)/bin/python -m fuzz --family callers --programs $(N) --seed $(SEED) --shrink
	$(VENV)/bin/python -m fuzz --family bodies --programs $(N) --seed $(SEED) --shrink
	$(VENV)/bin/python -m fuzz --family sync --programs $(N) --seed $(SEED) --shrink
	$(VENV)/bin/python -m fuzz --family tasks --programs $(N) --seed $(SEED) --shrink

fuzz-crash: $(VENV)/ready
	$(VENV)/bin/python -m fuzz.crashes --files $(FILES) --seed $(SEED) $(SOURCES)

clean:
	rm -rf $(VENV) $(OLDEST) $(CHECKERS) $(PLUGINS) $(MATRIX) $(DOCS) $(COMPARE) $(BENCH) $(COMPILED) site .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis dist build
