# The two commands to begin with: `make chat` and `make test`. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MARKERS ?= not heavy
WORKERS ?= 2
COVERAGE ?=

ADDRESS ?= ./.github/

.PHONY: chat test coverage lint format docs bench wheel clean

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade 'pip>=24'
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

chat: $(VENV)/ready
	@$(BIN)/constellation chat

test: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(WORKERS) -m "$(MARKERS)" $(COVERAGE)

# The same with the lines that no test runs; counting them takes about as long again.
coverage: COVERAGE = --cov --cov-report=term:skip-covered
coverage: test

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/constellation content check

format: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The pages that are made from the program: every command, every code of the check, what a deployment holds.
docs: $(VENV)/ready
	$(BIN)/python -m bot.cli_reference > docs/commands.md
	$(BIN)/constellation content check --codes > docs/checks.md
	$(BIN)/constellation ops inventory --write docs/privacy.md
	$(BIN)/constellation content coverage --date 2026-11-29 --out docs/coverage.md
	$(BIN)/constellation ops inventory --write docs/threat-model.md

bench: $(VENV)/ready
	$(BIN)/python -m benchmarks

# The wheel of the last commit, the same bytes whoever builds it, and the requirements that install it by its hash (docs/operations.md).
wheel:
	$(PYTHON) deploy/build_wheel.py --address '$(ADDRESS)'

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .coverage
