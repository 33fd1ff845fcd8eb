# Gongbu. `make` or `make help` lists what there is. A fresh machine needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
BIN := .venv/bin
# Where the environment forbids it, every child process of a test would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help venv demo test browser bench chaos check up lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

venv: .venv/installed ## install everything from the lock file into .venv, and nothing else

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Gongbu needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@echo "installing from requirements.lock ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes --no-deps -r requirements.lock
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: venv ## publish a real notice to every channel, prove it, and keep serving (ARGS=--once to stop after it)
	@$(BIN)/gongbu demo $(ARGS)

up: venv ## run Gongbu on this machine with embedded PostgreSQL and Valkey
	@$(BIN)/gongbu up $(ARGS)

test: venv ## run the default test suite, three files at a time
	@$(BIN)/pytest -n 3 --dist loadfile -m "not browser" $(ARGS)

browser: venv ## run the tests that drive Debian's chromium; they say so where it is missing
	@$(BIN)/pytest -n 2 --dist loadfile -m browser $(ARGS)

bench: venv ## measure every row of the design against its floor (ROWS="seen archive" for some, QUICK=1 for a try)
	@$(BIN)/python -m tests.benchmarks $(ROWS) $(if $(QUICK),--quick)

chaos: venv ## publish N releases while everything breaks, and check from outside (N=… SEED=… PLANT=lease|intent|retry)
	@$(BIN)/python -m tests.chaos $(if $(N),--n $(N)) $(if $(SEED),--seed $(SEED)) $(if $(PLANT),--plant $(PLANT)) $(ARGS)

check: venv ## lint, format, types, import arrows, docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest tests/docs

lock: ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --group dev --group assets pyproject.toml -o requirements.lock

clean: ## remove what was built, downloaded or written by a demo
	rm -rf .venv .gongbu .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
