# `make demo` and `make test` do all the set-up that they need. Each step says what it does and, once done, is not
# done again: its stamp lies in .make/.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo sample test test-long bench bench-trail check format schema notebooks lock clean

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# Whole files each, in their order: what a file prepares is prepared once, and few long files that came last would leave
# a core without work. Tests of collections and browsers wait a third of their time, so there is a worker more than
# cores: on two, 6 minutes instead of 7.5, for a third more memory.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
DIST ?= loadfile --no-loadscope-reorder
PARALLEL := -n $(WORKERS) --dist $(DIST)

help: ## say what there is to make
	@sed -nE 's/^([a-z-]+):.*## (.*)$$/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
		|| sed -nE 's/^([a-z-]+):.*## (.*)$$/  make \1: \2/p' $(MAKEFILE_LIST)

demo: .make/packages .make/pdf ## audit an invented company on a local AWS into reports/demo/
	@$(BIN)/mturk-audit demo --out reports/demo --force

sample: demo .make/chromium ## keep the demo's report and its picture in reports/sample/; a test compares
	@mkdir -p reports/sample
	@cp reports/demo/report.html reports/demo/report.pdf reports/sample/
	@.ci/setup picture

test: .make/packages .make/pdf .make/chromium ## run the tests, but for those that take minutes
	@$(PYTEST) $(PARALLEL) $(ARGS)

test-long: .make/packages .make/pdf .make/chromium ## run the tests that take minutes, and more random cases
	@HYPOTHESIS_PROFILE=long $(PYTEST) -m "long or not long" tests/property $(PARALLEL) $(ARGS)
	@$(PYTEST) -m long --ignore=tests/property $(PARALLEL) $(ARGS)

bench: .make/packages ## measure the engine beside its floor and other tools; ARGS=--quick takes 3 minutes
	@$(BIN)/python -m benchmarks $(ARGS)

bench-trail: .make/packages ## measure the reading of log files beside unpacking them alone; 3 minutes
	@$(BIN)/python -m benchmarks.trail $(ARGS)

check: .make/packages ## lint, format, types and layers
	@echo "lint";   $(BIN)/ruff check --quiet .
	@echo "format"; $(BIN)/ruff format --quiet --check . || { echo "run \`make format\`" >&2; exit 1; }
	@echo "types";  $(BIN)/mypy
	@echo "layers"; $(BIN)/lint-imports --no-logo

format: .make/packages ## put imports and spaces in order
	@$(BIN)/ruff check --quiet --fix --select I . && $(BIN)/ruff format --quiet .

schema: .make/packages ## write the published schema of report.json anew
	@$(BIN)/python -c 'import sys; from audit.render.json import render_schema; sys.stdout.buffer.write(render_schema())' \
		> .make/schema && cp .make/schema audit/render/schema/report-1.json

notebooks: .make/packages ## make the notebooks anew from their py:percent sources
	@$(BIN)/jupytext --quiet --to ipynb --update notebooks/*.py

lock: ## make requirements.lock anew from pyproject.toml
	@.ci/setup lock

clean: ## remove what make and the tools made; reports and snapshots stay
	@rm -rf .venv .make build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.make/venv: .ci/setup
	@.ci/setup venv

.make/packages: .make/venv requirements.lock pyproject.toml
	@.ci/setup packages

.make/pdf: .make/packages
	@.ci/setup pdf

.make/chromium:
	@.ci/setup chromium
