# `make demo` and `make test` need git, make and Python 3.11 with venv; everything else comes with the first of them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNS := $(VENV)/.runs
READY := $(VENV)/.ready

.PHONY: demo test test-kernel check format bench firmware screenshots clean

demo: $(RUNS)
	@$(BIN)/rproc-tui --demo

test: $(READY)
	@$(BIN)/python -m pytest -q -n 2 tests

# Real kernels under QEMU; the first time it builds them into the cache (~/.cache/rproc-tui), from Debian's packages.
test-kernel: $(READY)
	@$(BIN)/python -m tests.kernel $(KERNELS)

check: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY)
	@$(BIN)/python -m tests.bench

firmware: $(READY)
	@$(MAKE) -C rproc_tui/emulator/firmware ZIG="$(abspath $(BIN))/python -m ziglang"

screenshots: $(READY)
	@$(BIN)/python -m screenshots.make

# What the program needs, and what work on it needs besides (a compiler for demo firmware among it).
$(RUNS): pyproject.toml
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[emulator]'
	@touch $@

$(READY): $(RUNS)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[emulator,mount,dev]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
