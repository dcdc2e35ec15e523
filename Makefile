# Two commands do everything: `make app` and `make test`. With uv on the machine they use it, without it venv and pip.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
PORT ?= 8501

.PHONY: app test lint benchmark lock clean

app: .venv/installed
	$(BIN)/finmodel app --port $(PORT)

# What needs no browser runs on every core; a browser, and what is timed, has the machine to itself.
test: .venv/installed lint
	$(BIN)/python -m pytest -m "not alone" --numprocesses auto
	$(BIN)/python -m pytest -m alone

# What people wait for, in a real browser and with many at once; figures are for comparing runs on one machine.
benchmark: .venv/installed
	$(BIN)/python -m pytest tests/benchmarks
	$(BIN)/python -m tests.benchmarks.painting
	$(BIN)/python -m tests.benchmarks.sessions

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/mypy

ifdef UV
.venv/installed: requirements.txt requirements-development.txt pyproject.toml
	$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	$(UV) pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python requirements-development.txt
	$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	touch $@
else
.venv/installed: requirements.txt requirements-development.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-development.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
endif

# Compile the locks again after a change of pyproject.toml; needs uv.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  --extra build pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  --extra build --extra development pyproject.toml --output-file requirements-development.txt

clean:
	rm -rf .venv
