# Every target sets up .venv by itself: with uv where it is installed, else with venv and pip.

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$p" && break; done)
UV := $(shell command -v uv 2>/dev/null)
MODEL ?= examples/efficientnet_b0.mlir

.PHONY: help install search test conformance lint format types docs bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 10

install: $(VENV)/.installed ## install fastc into .venv, which 'search' does too

search: $(VENV)/.installed ## find an accelerator for EfficientNet-B0 (or MODEL=...) and print the lowered IR
	@$(BIN)/fastc opt $(MODEL) --search

test: $(VENV)/.installed-dev ## run every test
	$(BIN)/python -m pytest

conformance: $(VENV)/.installed-dev ## run every pass with all its settings on the biggest models too; takes an hour
	$(BIN)/python -m pytest -m exhaustive

lint: $(VENV)/.installed-dev ## check style, names and imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## format the code and mend what can be mended
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(VENV)/.installed-dev ## check the types
	$(BIN)/basedpyright

docs: $(VENV)/.installed-docs ## build the site of the documents, which site/index.html opens
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

bench: $(VENV)/.installed-dev ## check the limits on the time of start-up, reading and search
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.search

clean: ## remove .venv and everything that was made
	rm -rf $(VENV) site .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist

$(VENV)/bin/python:
	@test -n "$(UV)$(PYTHON)" || { echo "fastc needs Python 3.11 or later, and found none: install it (for example 'apt install python3 python3-venv'), or install uv" >&2; exit 2; }
ifneq ($(UV),)
	$(UV) venv -q --allow-existing --python '>=3.11' $(VENV)
else
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks the modules venv and ensurepip: install them (for example 'apt install python3-venv'), or install uv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
endif

ifneq ($(UV),)
INSTALL := $(UV) pip install -q --python $(BIN)/python
else
INSTALL := $(BIN)/python -m pip install -q --disable-pip-version-check
endif

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
ifeq ($(UV),)
	$(INSTALL) --upgrade 'pip>=25.1'
endif
	$(INSTALL) -e '.[plots]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/.installed
	$(INSTALL) -e . --group dev
	@touch $@

$(VENV)/.installed-docs: pyproject.toml | $(VENV)/.installed
	$(INSTALL) -e . --group docs
	@touch $@
