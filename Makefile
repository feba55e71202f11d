# Tongguan (通关). `make` lists what can be done; everything is installed once, into .venv.

SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
SOAK_SECONDS ?= 600
export SOAK_SECONDS

# A virtual environment names its own folder in its scripts, so a moved checkout needs a new one.
MOVED := $(shell test ! -e .venv/where || test "$$(cat .venv/where)" = "$$(pwd)" || echo --clear)
BENCHES := bench/first.py bench/intake.py bench/pages.py bench/declarations.py

.DEFAULT_GOAL := help
.PHONY: help run test slow check bench browser soak lock clean moved

help: ## list what can be done here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: .venv/installed ## start the portal with demonstration data on http://127.0.0.1:8000 (PORT=9000 for another port)
	@exec .venv/bin/tongguan up --demo --port $(PORT)

test: .venv/installed ## run every test that needs no browser, on all cores (a quarter of an hour on two)
	@exec .venv/bin/python -m pytest -n auto --dist loadfile

slow: .venv/installed ## run the tests that "make test" leaves out because they take long
	@exec .venv/bin/python -m pytest -m slow

check: .venv/installed ## style, types, layers and documentation
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy
	.venv/bin/lint-imports
	.venv/bin/python -m pytest tests/docs

bench: .venv/installed ## measure what we promise about speed, in short (a few minutes; the long run: tongguan bench-intake --help)
	@for one in $(BENCHES); do echo "$$one"; .venv/bin/python "$$one" || exit 1; done

browser: .venv/installed ## drive the pages in Chromium, which has to be installed
	@exec .venv/bin/python -m pytest tests/browser

soak: .venv/installed ## run the portal under load and failures for a while (SOAK_SECONDS=600)
	@exec .venv/bin/python -m pytest tests/soak

lock: ## compute requirements.lock anew from the ranges in pyproject.toml (needs the network, some minutes)
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools"; \
	"$$tools/bin/python" -m pip install --quiet 'pip-tools>=7.5,<8'; \
	CUSTOM_COMPILE_COMMAND='make lock' "$$tools/bin/pip-compile" --quiet --generate-hashes --extra dev \
	  --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --output-file requirements.lock $(LOCKFLAGS) pyproject.toml

clean: ## remove the environment and every cache; data stays
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

ifneq ($(MOVED),)
.venv/installed: moved
endif

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or later is needed; $(PYTHON) is older. Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing into .venv (once; a minute or two, by the network)"
	@$(PYTHON) -m venv $(MOVED) .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@pwd > .venv/where
	@touch .venv/installed
