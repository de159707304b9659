# Relais. `make` alone explains itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test test-live test-faults check bench format lock clean environment

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: environment ## set up what is missing, then start everything; Ctrl-C stops it
	@$(BIN)/relais run

test: environment ## every test, with a Redis of its own; the live ones too where FreeSWITCH is found
	@$(BIN)/python -m gevent.monkey --module pytest $(ARGS)

test-live: environment ## only the tests that need an installed FreeSWITCH
	@$(BIN)/python -m gevent.monkey --module pytest -m live $(ARGS)

test-faults: environment ## kill and freeze each process in each phase of a call, on both switches; writes docs/faults.md
	@$(BIN)/python -m console.faults --write docs/faults.md $(ARGS)

check: environment ## format, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: environment ## the figures of the design, each with its ratio
	@missed=0; for each in benchmarks/*.py; do echo "== $$each"; $(BIN)/python $$each || missed=1; done; exit $$missed

format: environment ## rewrite the code as `make check` wants it
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: environment ## pin the newest allowed versions (maintainers; needs uv)
	uv pip compile setup.cfg --universal --generate-hashes --extra redis-server --extra postgres --extra test --extra lint \
		--no-emit-index-url --no-header -q -U -o requirements.lock

environment: ## the virtual environment, Redis and the prompts, when they are missing
	@$(PYTHON) console/setup/environment.py
	@$(BIN)/python -m console.setup.prompts

clean: ## remove the virtual environment and the caches; data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
