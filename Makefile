# From a fresh clone, with Python 3.11 or later: `make demo`, `make test`. Network: the package registry only.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := scanner api tests

.DEFAULT_GOAL := help
.PHONY: help demo serve test lint unit bench performance quality clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 16

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later, please: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,browser,spark]'
	touch $@

demo: $(STAMP) ## scan the sample chat and listings in fixtures/demo
	$(BIN)/scanner scan fixtures/demo --format pretty --fail-on never

serve: $(STAMP) ## the API and the console on http://127.0.0.1:8000, with an embedded ledger
	$(BIN)/scanner serve

test: lint unit ## everything: ruff, mypy, import-linter, pytest, the built wheel

lint: $(STAMP)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(STAMP)
	$(BIN)/python -m pytest -m 'not bench'

bench: $(STAMP) ## how fast: ratios against a bare automaton pass
	$(BIN)/python -m pytest tests/bench -m bench -s

performance: $(STAMP) ## the same, written into docs/performance.md
	$(BIN)/python tests/bench/report.py --output docs/performance.md

quality: $(STAMP) ## how good: writes docs/quality.md (BENIGN=folder adds false-alarm corpora)
	$(BIN)/python tests/quality/report.py --output docs/quality.md $(if $(BENIGN),--benign $(BENIGN))

clean: ## remove what these commands made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
