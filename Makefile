# Every target does its own set-up: `make chat` on a bare machine with Python 3.11 or later is enough.

# Name another interpreter with: make install PYTHON=/path/to/python3.12
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# `make bench DATA=DIR SIZE=10000`; what else may be said is in benchmarks/README.md.
BENCH := .bench-venv
DATA ?=
SIZE ?= 1000

# A file of tests stays on one core: its tests share libraries and servers. The slow ones come first.
ON_ALL_CORES := --numprocesses logical --dist loadfile --no-loadscope-reorder

.PHONY: help install chat test quick check bench bench-install clean

help:
	@echo "make chat      open the chat on http://127.0.0.1:7860"
	@echo "make test      run all tests"
	@echo "make quick     run the tests that take no browser and no wheel"
	@echo "make check     check format, lint, types and imports"
	@echo "make bench     measure Citewise beside its peers: make bench DATA=DIR"
	@echo "make install   make the environment in $(VENV)"
	@echo "make clean     remove the environment and all caches"

install: $(INSTALLED)

$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { \
		echo "No Python 3.11 or later was found. Install one, or name it: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@echo "Installing Citewise and what it needs into $(VENV) (2 GB; a few minutes) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

# The first run makes the library of the bundled papers; later runs open it.
chat: install
	$(BIN)/citewise serve

test: install
	$(BIN)/pytest $(ON_ALL_CORES)

quick: install
	$(BIN)/pytest $(ON_ALL_CORES) -m "not slow"

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench-install: $(BENCH)/.installed

# An environment of its own: what peers need is no part of the product.
$(BENCH)/.installed: pyproject.toml benchmarks/requirements-peers.txt
	$(PYTHON) -m venv $(BENCH)
	@echo "Installing Citewise and its peers into $(BENCH) (2.5 GB; a few minutes) ..."
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check \
		--requirement benchmarks/requirements-peers.txt
	@touch $@

bench: bench-install
	@test -n "$(DATA)" || { \
		echo "Name the directory of acl_anthology and scifact: make bench DATA=DIR" >&2; exit 1; }
	$(BENCH)/bin/python -m benchmarks.peers --data $(DATA) --size $(SIZE)

clean:
	rm -rf $(VENV) $(BENCH) .bench .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
