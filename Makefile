# `make` alone lists the targets.  Everything runs in the checkout's own .venv.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
LOCK   := .ci/requirements.lock

# Without a display everything that opens a window gets a virtual one.
ifdef DISPLAY
SCREEN :=
else
SCREEN := xvfb-run --auto-servernum --server-args="-screen 0 1600x1200x24"
endif

.DEFAULT_GOAL := help
.PHONY: help venv lock format check test release-check bounds campaigns bench bench-gui demo docs tour clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# The stamp is newer than the lock file as long as nothing has to be installed again.
$(VENV)/.installed: pyproject.toml $(LOCK)
	@echo "Making $(VENV) with napari and the test tools: some minutes, 1.6 GB"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r $(LOCK)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

venv: $(VENV)/.installed  ## make .venv and install the package with its test tools

lock:  ## pin every dependency anew, by hash; see what changed before it is kept
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet uv
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-annotate --no-header --upgrade --group test \
	    --extra distributed --extra formats --extra remote pyproject.toml -o $(LOCK)

format: venv  ## sort imports and lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: venv  ## lint, layout, types, import contracts (no window, under a minute)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check  ## check, then every test, two at a time, each with a screen of its own
	$(SCREEN) $(BIN)/python -m pytest --numprocesses 2

release-check: check  ## the same tests with 50 times the cases; writes RELIABILITY.md
	$(SCREEN) $(BIN)/python -m pytest --numprocesses 2 --hypothesis-profile=long \
	    --write-reliability RELIABILITY.md
	$(MAKE) bounds

bounds: venv  ## tests of kernels and index, with every access to an array checked (2 minutes)
	NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR="$(CURDIR)/build/bounds" \
	    $(BIN)/python -m pytest --numprocesses 2 tests/kernels tests/index

campaigns: venv  ## of these only the campaigns of RELIABILITY.md (15 minutes)
	$(SCREEN) $(BIN)/python -m pytest --numprocesses 2 --hypothesis-profile=long \
	    -m campaign --write-reliability RELIABILITY.md

bench: venv  ## one table of our figures beside the peers' (20 minutes, 16 GB of memory)
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python benchmarks/run.py

bench-gui: venv  ## the figures of the window (10 minutes, 12 GB of memory)
	$(SCREEN) $(BIN)/python benchmarks/gui.py
	$(SCREEN) $(BIN)/python benchmarks/gui_edits.py

demo: venv  ## index a generated volume in napari; pictures and a CSV in demo-output/
	$(BIN)/python scripts/demo.py

docs: venv  ## build the pages of docs/ in build/site, which needs no network afterwards
	$(BIN)/python -m pip install --quiet --group docs
	$(BIN)/mkdocs build

tour: venv  ## take the pictures of docs/img again (2 minutes)
	$(SCREEN) $(BIN)/python scripts/tour.py

clean:  ## remove what the tools left behind (not .venv)
	rm -rf build dist demo-output .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf .import_linter_cache
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -print | xargs -r rm -rf
