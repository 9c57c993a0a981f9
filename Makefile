# Two commands for a newcomer: `make demo` and `make test`. Everything is installed into .venv from the locks.

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python
DEMO_READY := $(VENV)/.ready-demo
TEST_READY := $(VENV)/.ready-test
ASSETS := gateway/web/assets/.ready
PYTEST_ARGS ?=
WORKERS ?= 2
JUDGEMENT := tests/policies tests/schema

.DEFAULT_GOAL := help
.PHONY: help demo test bench lock format clean python browser

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

demo: $(DEMO_READY) $(ASSETS) ## the gateway and four simulated agencies on this machine, until Ctrl-C (PORT=8000)
	@exec $(RUN) -m deploy.sandbox.demo --port $(PORT)

test: $(TEST_READY) $(ASSETS) browser ## format, lint, types, import contract, tests; stops at the first failure
	@echo "== format"; $(VENV)/bin/ruff format --check .
	@echo "== lint"; $(VENV)/bin/ruff check .
	@echo "== types"; $(VENV)/bin/mypy
	@echo "== import contract"; $(VENV)/bin/lint-imports
	@echo "== judgement, every branch"; $(VENV)/bin/coverage run -m pytest $(JUDGEMENT) && $(VENV)/bin/coverage report
	@echo "== tests"; $(VENV)/bin/pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS) $(addprefix --ignore=,$(JUDGEMENT))

bench: $(TEST_READY) ## what a permit check costs, beside a floor measured in the same run
	@$(RUN) -m tests.bench

format: $(TEST_READY) ## write the code in the house's form
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

lock: $(TEST_READY) ## pin dependencies anew, with hashes and without addresses (needs uv)
	@$(RUN) -m deploy.scripts.lock

clean: ## remove what was installed and what the demo wrote
	rm -rf $(VENV) .sandbox gateway/web/assets *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

python:
	@test -n "$(PYTHON)" || { echo "make: Python 3.11 or newer is needed; none was found (set PYTHON=/path/to/python3)" >&2; exit 1; }

browser: | $(TEST_READY)
	@$(RUN) -m deploy.scripts.browser

$(DEMO_READY): requirements.lock pyproject.toml | python
	@"$(PYTHON)" deploy/scripts/prepare.py requirements.lock $@

$(TEST_READY): requirements-dev.lock pyproject.toml | python
	@"$(PYTHON)" deploy/scripts/prepare.py requirements-dev.lock $@

$(ASSETS): deploy/graphiql-assets.json deploy/graphiql.lock
	@$(RUN) -m deploy.scripts.graphiql_assets
