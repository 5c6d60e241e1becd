# Everything sets itself up: Python 3.11 or newer with venv, and make, are all that is needed.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
WORKERS ?= $(shell echo $$(( ($$(nproc 2>/dev/null || echo 2) * 3 + 1) / 2 )))

.PHONY: help demo test browser services docs lint prove screenshots bench recordings clean

help:
	@echo "make demo        replay the recordings that ship, and find a planted change; offline"
	@echo "make test        the tests (at most 6 minutes on 2 cores)"
	@echo "make browser     the tests of the pages in Chromium"
	@echo "make services    the tests against an S3 store, PostgreSQL and Dask, on loopback"
	@echo "make docs        the site of the documents, strictly, to build/site/; every command of theirs is run"
	@echo "make lint        ruff, mypy, import-linter"
	@echo "make prove       the long proofs, to reports/prove/"
	@echo "make screenshots  the pages as pictures, after the demo, to reports/screens/ and docs/"
	@echo "make bench       the benchmarks, to reports/bench/"
	@echo "make recordings  paint the demo's recordings anew"

$(VENV)/.python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is absent: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: 3.11 or newer is needed; say one: make PYTHON=python3.13 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is absent: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

$(VENV)/.run: $(VENV)/.python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[simulator,review]"
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

demo: $(VENV)/.run
	@# with a history, however empty, every report brings a page of trends
	@$(BIN)/harness trends >/dev/null 2>&1
	@$(BIN)/harness run suites/storefront.yaml
	@sh demo/drift.sh $(BIN)/harness
	@echo "open    reports/panel/subtle.html"
	@for page in $$(ls -t reports/*/index.html | head -n 2); do echo "open    $$page"; done

test: $(VENV)/.dev
	@# many tests start an interpreter: without bytecode each of them would compile everything
	@# and many wait for processes and connections: three workers keep two cores busy
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not browser and not services and not docs"

browser: $(VENV)/.dev
	@# by modules: each starts a browser of its own
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -m browser tests/report

services: $(VENV)/.dev
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -q -n 2 --dist loadfile -m services tests

docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir build/site
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -q -n 2 --dist worksteal -m docs tests

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

prove: $(VENV)/.dev
	$(BIN)/python tools/prove.py

screenshots: $(VENV)/.dev demo
	$(BIN)/python -m tools.screenshots

bench: $(VENV)/.dev
	$(BIN)/python tools/bench.py

recordings: $(VENV)/.run
	rm -rf cassettes/storefront cassettes/blobs suites/storefront.baseline
	$(BIN)/harness run suites/storefront.yaml --endpoint simulator --live missing --fail-on none
	$(BIN)/python tools/paint_starter.py

clean:
	rm -rf $(VENV) .harness build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
