# Two commands: `make demo` shows the program, `make test` tests it. Both make .venv first if they need it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq --constraint constraints.txt
# Options for pytest, as in: make test ARGS="-k fence -x"
ARGS ?=

.PHONY: help demo test lint bench fuzz docs clean

help:
	@echo "make demo   a tour on sample data"
	@echo "make test   every test (options: ARGS=\"-k name -x\")"
	@echo "make lint   ruff, mypy and the import contracts"
	@echo "make bench  figures beside their baselines"
	@echo "make fuzz   the import reads changed files and archives (options: ARGS=\"--minutes 30 --seed 7 --kind vcf\")"
	@echo "make docs   write docs/cli.md from the commands, what docs/importing shows, and docs/tui.md"
	@echo "make clean  remove .venv and what the tools left"

demo: $(VENV)/.installed
	$(BIN)/smallcrm demo

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n logical --maxprocesses 4 $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check smallcrm tests
	$(BIN)/ruff format --check smallcrm tests
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench

fuzz: $(VENV)/.installed-dev
	$(BIN)/python -m tests.fuzz $(ARGS)

docs: $(VENV)/.installed-dev
	$(BIN)/python -m smallcrm.cli.reference > docs/cli.md.new
	@mv docs/cli.md.new docs/cli.md
	$(BIN)/python -m tests.support.guides
	$(BIN)/python -m tests.support.pictures

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The stamps say what is installed; a change of what they depend on installs again.
$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "smallCRM needs Python 3.11 or later; name one with: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.created setup.cfg pyproject.toml constraints.txt
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.created setup.cfg pyproject.toml constraints.txt
	$(PIP) --editable ".[dev,postgres]"
	@touch $@ $(VENV)/.installed
