# Four commands a newcomer needs: demo, test, check, slow. Each makes .venv first if it is not there.
PYTHON ?= python3
VENV ?= .venv$(addprefix -,$(subst /,_,$(filter-out python3,$(PYTHON))))# of another interpreter, a place of its own
BIN := $(VENV)/bin
DATA ?= ../shared/datasets

# The libraries as they compute on a processor without AVX; the tests that hang on what they compute, or on threads: these
# have all cores here.
OLD_CPU := ONEDNN_MAX_CPU_ISA=SSE41 ATEN_CPU_CAPABILITY=default MKL_ENABLE_INSTRUCTIONS=SSE4_2 OPENBLAS_CORETYPE=Nehalem
NUMBERS := $(addprefix tests/,artifact measure models reading service train walk/test_picture_to_answer.py)

WORKERS := -n auto --maxprocesses 4 --dist loadfile# processes that share the tests, each on a core of its own

.PHONY: demo test check slow docs clean

demo: $(VENV)/.installed   ## the examples read, then the tutorial's study on the offline sample
	$(BIN)/digits read examples --show demo/read
	$(BIN)/digits study --data mnist-5k --epochs 5 --threads 1 --out demo

test: $(VENV)/.installed   ## the default tests: no network, no data folder; what needs a browser, only where there is one
	$(BIN)/python -m pytest $(WORKERS)

check: $(VENV)/.installed  ## lint, types, floors, generated docs, all tests, numbers as another processor has them: what CI runs
	$(BIN)/ruff check src tests benchmarks docs examples
	$(BIN)/ruff format --check src tests benchmarks docs examples
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python docs/generate.py --check
	$(BIN)/python -m pytest $(WORKERS) --demand-tools
	$(OLD_CPU) $(BIN)/python -m pytest $(NUMBERS)

slow: $(VENV)/.installed   ## tests on the real, full data in $(DATA)
	DIGITS_DATA=$(DATA) $(BIN)/python -m pytest -m slow

docs: $(VENV)/.installed   ## write the generated pages again
	$(BIN)/python docs/generate.py

clean:
	rm -rf .venv .venv-* demo build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[train,lab,serve,dev]'
	touch $@
