# Every target is safe to repeat: what is up to date is not redone.

PYTHON ?= python3
UV ?= uv
RAW ?= data/raw
OUT ?= data/processed
WORKERS ?=
BENCH ?=
SECONDS ?= 60

VENV := .venv
BIN := $(VENV)/bin
NODE := tests/bi/node
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Hundreds of processes start in the tests: what one has compiled, the others need not.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: run test test-slow test-lowest test-readers test-superset test-cloud test-spark fuzz validity axe \
	bench lint format docs library audit lock clean help

run: $(VENV)/ready  ## build every table and mart from RAW into OUT (the default)
	@$(BIN)/newsloom run --raw "$(RAW)" --out "$(OUT)" $(if $(WORKERS),--workers $(WORKERS))

test: $(VENV)/ready-dev  ## run the tests, in a few minutes
	@$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"

test-slow: $(VENV)/ready-dev axe  ## run the tests that take minutes, and those by hypothesis at length
	@$(BIN)/python -m pytest -n auto -m "slow or hypothesis" --hypothesis-profile thorough

test-lowest: $(VENV)/lowest/ready  ## run the tests near a library on the lowest versions (Python 3.11)
	@$(VENV)/lowest/bin/python -m pytest -n auto -m "not slow" $(LOWEST)

# What meets a library: Arrow, NumPy, pandas, DuckDB, click, rich, jinja2, markdown-it-py, sqlglot.
LOWEST := tests/test_parse.py tests/cli tests/descriptors tests/e2e/test_end_to_end.py tests/engines \
	tests/read tests/report tests/transform

test-readers: $(VENV)/readers/ready $(VENV)/node/ready  ## load builds with foreign readers and engines
	@NEWSLOOM_NODE="$(CURDIR)/$(VENV)/node" $(VENV)/readers/bin/python -m pytest \
		--confcutdir tests/readers -p tests.build_fixtures tests/readers \
		tests/bi/test_readers.py tests/bi/test_steps.py

test-superset: $(VENV)/superset/ready $(VENV)/ready-dev  ## import the dashboard into a real Superset
	@NEWSLOOM_SUPERSET="$(CURDIR)/$(VENV)/superset/bin/superset" \
		$(BIN)/python -m pytest tests/bi/test_superset.py

axe:  ## install what searches the report for what keeps people out (needs npm; else its test is skipped)
	@$(MAKE) --silent $(VENV)/axe/ready || echo "axe-core could not be installed: its test is skipped" >&2

test-cloud: $(VENV)/ready-dev $(VENV)/cloud/ready $(VENV)/azurite/ready  ## read buckets of local servers, and publish there
	@NEWSLOOM_CLOUD="$$(echo $(VENV)/cloud/lib/python3*/site-packages)" \
		NEWSLOOM_AZURITE="$(CURDIR)/$(VENV)/azurite/node_modules/.bin/azurite-blob" \
		$(BIN)/python -m pytest -n auto tests/cloud

test-spark: $(VENV)/spark/ready $(VENV)/cloud/ready  ## build archives with Spark and compare every row (needs Java 17)
	@NEWSLOOM_CLOUD="$$(echo $(VENV)/cloud/lib/python3*/site-packages)" \
		$(VENV)/spark/bin/python -m pytest --confcutdir tests/spark -p tests.build_fixtures tests/spark

fuzz: $(VENV)/ready-dev  ## search for files that the readers cannot bear, for SECONDS (60)
	@$(BIN)/python -m tests.fuzz $(SECONDS)

validity: $(VENV)/ready-dev  ## print how far the numbers are what they are called
	@$(BIN)/python -m tests.validity

bench: $(VENV)/ready-dev  ## measure speed and memory
	@$(BIN)/python -m tests.bench $(BENCH)

lint: $(VENV)/ready-dev  ## check style, types and SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --disable-progress-bar sql

format: $(VENV)/ready-dev  ## rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/ready-dev  ## render the documents that follow from definitions and locks
	@$(BIN)/python -m pipeline.docs.render docs
	@$(BIN)/python -m tests.supply.licences

# d3-delaunay comes with two others within it.
library:  ## bundle the chart library of the report anew (needs npm)
	@mkdir -p $(VENV)/library
	@cp $(addprefix $(LIBRARY)/,package.json package-lock.json library.js) $(VENV)/library
	@cd $(VENV)/library && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error \
		&& node_modules/.bin/esbuild library.js --bundle --minify --format=iife \
			--global-name=library --metafile=bundled.json --outfile=bundle.js --log-level=error
	@gzip -9nc $(VENV)/library/bundle.js > $(LIBRARY)/library.js.gz
	@cd $(VENV)/library && { echo node_modules/delaunator/; echo node_modules/robust-predicates/; \
		grep -o 'node_modules/[a-z0-9-]*/' bundled.json; } | sort -u \
		| while read -r package; do printf '\n== %s\n\n' "$$(basename $$package)"; \
			cat "$$package"LICENSE*; done > "$(CURDIR)/$(LIBRARY)/LICENCES.txt"

LIBRARY := pipeline/report/library

audit: $(VENV)/audit/ready  ## look the locked packages up for known weaknesses (needs the network)
	@$(BIN)/python -m tests.supply.audit $(VENV)/audit/bin/pip-audit

lock:  ## choose versions anew and pin them by hash (needs uv)
	$(UV) pip compile $(LOCK) --extra build pyproject.toml -o requirements.txt
	$(UV) pip compile $(LOCK) --extra build --extra dev -c requirements.txt pyproject.toml \
		-o requirements-dev.txt
	$(UV) pip compile $(LOCK) --group audit -o requirements-audit.txt
	$(UV) pip compile $(LOCK) --resolution lowest-direct --no-build --group lowest pyproject.toml \
		-o requirements-lowest.txt
	$(UV) pip compile $(LOCK) --group readers -c requirements.txt pyproject.toml \
		-o requirements-readers.txt
	$(UV) pip compile $(LOCK) --group superset -o requirements-superset.txt
	$(UV) pip compile $(LOCK) --group cloud -o requirements-cloud.txt
	$(UV) pip compile $(LOCK) --extra spark --group spark -c requirements.txt pyproject.toml \
		-o requirements-spark.txt

LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

clean:  ## remove everything that make and the tools have made here
	rm -rf data/processed data/.processed.newsloom $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## list the targets and the variables
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\n  RAW=%s OUT=%s WORKERS=%s PYTHON=%s\n' "$(RAW)" "$(OUT)" "$(WORKERS)" "$(PYTHON)"

# The locks give the exact versions; newsloom itself is installed from this folder, editable,
# with the locked build tools, so that nothing unlocked is ever downloaded.
$(VENV)/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else \
		"newsloom needs Python 3.11 or later; set PYTHON=")'
	@echo "Installing into $(VENV) …" >&2
	@$(PIP) --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Environments of their own, in which newsloom itself is imported from this folder: the audit and the
# readers need many packages that nothing else does; Superset and the local servers want older
# versions of what newsloom needs. Spark comes as source alone, as some packages of Superset do, and
# pip builds it with tools that no lock names.
APART := audit cloud lowest readers superset
WHEELS :=

$(APART:%=$(VENV)/%/ready): $(VENV)/%/ready: $(VENV)/ready requirements-%.txt
	@echo "Installing requirements-$*.txt …" >&2
	@$(PYTHON) -m venv --clear $(VENV)/$*
	@$(VENV)/$*/bin/python -m pip --quiet install $(WHEELS) --require-hashes -r requirements-$*.txt
	@touch $@

$(VENV)/lowest/ready: WHEELS := --only-binary :all:

$(VENV)/axe/ready: tests/report/axe/package-lock.json
	@echo "Installing axe-core …" >&2
	@mkdir -p $(VENV)/axe
	@cp tests/report/axe/package.json tests/report/axe/package-lock.json $(VENV)/axe
	@cd $(VENV)/axe && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(VENV)/azurite/ready: tests/cloud/azurite/package.json tests/cloud/azurite/package-lock.json
	@mkdir -p $(VENV)/azurite
	@cp $^ $(VENV)/azurite
	@if command -v npm >/dev/null; then \
		cd $(VENV)/azurite && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch ready; \
	else echo "there is no npm: the store of Azure is left out" >&2; fi

$(VENV)/node/ready: $(NODE)/package.json $(NODE)/package-lock.json
	@mkdir -p $(VENV)/node
	@cp $^ $(VENV)/node
	@if command -v npm >/dev/null; then \
		cd $(VENV)/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch ready; \
	else echo "there is no npm: the readers in Node are left out" >&2; fi

# And Spark, whose package is built here, with the locked build tools.
$(VENV)/spark/ready: $(VENV)/ready requirements-spark.txt
	@echo "Installing Spark …" >&2
	@$(PYTHON) -m venv --clear $(VENV)/spark
	@awk '/^[a-z]/ {found = /^setuptools==/} found' requirements-spark.txt > $(VENV)/spark/first.txt
	@$(VENV)/spark/bin/python -m pip --quiet install --require-hashes -r $(VENV)/spark/first.txt
	@$(VENV)/spark/bin/python -m pip --quiet install --require-hashes --no-build-isolation \
		-r requirements-spark.txt
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.txt
	@echo "Installing the development tools …" >&2
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
