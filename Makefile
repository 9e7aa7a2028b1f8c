# Four commands a newcomer needs: demo, test, check, slow. Each makes .venv first if it is not there.
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3
DATA ?= ../shared/datasets

.PHONY: demo test check slow docs clean

demo: $(VENV)/.installed   ## the examples read, then the tutorial's study on the offline sample
	$(BIN)/digits read examples --show demo/read
	$(BIN)/digits study --data mnist-5k --epochs 5 --threads 1 --out demo

test: $(VENV)/.installed   ## the default tests: no network, no data folder
	$(BIN)/python -m pytest

check: $(VENV)/.installed  ## lint, types, floors, generated docs, tests: what CI runs
	$(BIN)/ruff check src tests benchmarks docs examples
	$(BIN)/ruff format --check src tests benchmarks docs examples
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python docs/generate.py --check
	$(BIN)/python -m pytest

slow: $(VENV)/.installed   ## tests on the real, full data in $(DATA)
	DIGITS_DATA=$(DATA) $(BIN)/python -m pytest -m slow

docs: $(VENV)/.installed   ## write the generated pages again
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) demo build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[train,lab,serve,dev]'
	touch $@
