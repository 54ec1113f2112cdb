# Everything runs in .venv, which the first target that needs it creates. `make` alone lists the targets.

MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := .venv/bin
READY := .venv/.ready
DOCS_READY := .venv/.ready_docs
LOCK := build/lock

# The first of PYTHONS that is at least Python 3.11 and can make environments. `make env PYTHON=/path/to/python` decides.
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python)
SUITABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
OLDEST := import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))
find_python = for python in $(1); do if "$$python" -c '$(2)' 2>/dev/null; then break; fi; python=; done

# An environment knows where it was made; one that was moved with its folder is made again.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

.PHONY: help env demo test fast coverage bounds mutants fuzz gates format tables pictures page docs wheel \
	results reference findings study lock clean

help: ## List the targets
	@echo "Targets:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

env: $(READY) ## Create or update the environment in .venv
	@echo "The environment in .venv is ready."

$(READY): pyproject.toml constraints.txt
	@$(call find_python,$(PYTHONS),$(SUITABLE)); \
	if $(BIN)/pip --version >/dev/null 2>&1 && $(BIN)/python -c '$(SUITABLE)' 2>/dev/null; then \
		echo "Updating the environment in .venv (less than a minute) ..."; \
	elif [ -n "$$python" ]; then \
		echo "Creating the environment in .venv (about a minute, once) ..."; \
		"$$python" -m venv --clear .venv; \
	else \
		echo "Python 3.11 or newer with its venv module is needed, and none was found on PATH." \
			"Install it (Debian and Ubuntu: apt install python3 python3-venv), or say where it is:" \
			"make env PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[dev]'
	@echo "$(CURDIR)" > $@

demo: $(READY) ## Run the demo, which ends with the path of a report
	@echo "Running the demo ..."
	@$(BIN)/tierwise demo

# Files in the order in which they are found, long ones first: by themselves, those with few tests would come last.
BY_FILE := --dist loadfile --no-loadscope-reorder
COVERED := $(CURDIR)/build/coverage/.coverage
MEASURE := COVERAGE_FILE=$(COVERED) $(BIN)/coverage run -m pytest
PYTEST := $(if $(MEASURED),$(MEASURE),$(BIN)/pytest)

test: $(READY) ## Check style, types and imports, then run the tests
	@echo "Checking style (ruff) ..."
	@$(BIN)/ruff check --quiet
	@echo "Checking format (ruff) ..."
	@$(BIN)/ruff format --check --quiet
	@echo "Checking types (mypy) ..."
	@$(BIN)/mypy
	@echo "Checking imports between layers (import-linter) ..."
	@$(BIN)/lint-imports --no-logo
	@$(MAKE) fast

fast: $(READY) ## Run the tests alone
	@echo "Running the tests (pytest) ..."
	@$(PYTEST) --numprocesses auto $(BY_FILE)

# The gates; docs/quality.md says what each finds and how long it takes.

KERNELS := tests/laws tests/engines tests/world tests/hardening tests/golden tests/policies tests/rules tests/measures

bounds: $(READY) ## Run the tests of the model with every index of machine code checked (with machine code of its own)
	@echo "Running the tests of the model with bounds checks (pytest, Numba) ..."
	@TIERWISE_CACHE=$(CURDIR)/build/bounds NUMBA_BOUNDSCHECK=1 $(BIN)/pytest --numprocesses auto $(BY_FILE) $(KERNELS)

# What these tests look at has loops of machine code, which only plain Python shows to the tool that measures coverage.
LOOPS := tests/laws tests/engines tests/world tests/experiments/network_check tests/rules tests/measures \
	tests/test_elementary.py tests/test_randomness.py

coverage: $(READY) ## Run all tests, those of loops again without machine code; at least 95 % of lines and branches
	@rm -rf build/coverage
	@mkdir -p build/coverage
	@$(MAKE) test MEASURED=yes
	@echo "Running the tests of loops without machine code, measuring coverage (pytest, coverage) ..."
	@NUMBA_DISABLE_JIT=1 TIERWISE_TEST_SECONDS=1 $(MEASURE) --numprocesses auto $(BY_FILE) $(LOOPS)
	@$(BIN)/coverage combine --quiet --data-file=$(COVERED) build/coverage
	@$(BIN)/coverage json --quiet --data-file=$(COVERED) -o build/coverage/coverage.json
	@$(BIN)/python tests/covered.py build/coverage/coverage.json 95

mutants: $(READY) ## Change every formula and measure a little; ends with those that no test notices
	@echo "Testing the tests of rules and measures with mutants ..."
	@NUMBA_DISABLE_JIT=1 $(BIN)/python tests/mutants.py simulation/rules simulation/measures \
		--tests tests/rules tests/measures

fuzz: $(READY) ## Read 100,000 spoiled scenarios and 42,000 other spoiled files and requests (20 minutes)
	@echo "Reading spoiled files (pytest) ..."
	@$(BIN)/pytest --numprocesses auto -m slow tests/hardening

gates: ## All that every change needs, in order: tests and coverage, bounds, mutants, docs, wheel (45 minutes)
	@for gate in coverage bounds mutants docs wheel; do $(MAKE) $$gate || exit 1; done

format: $(READY) ## Format the code and make the safe repairs
	@echo "Formatting the code (ruff) ..."
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format

tables: $(READY) ## Write the generated tables of the pages in docs
	@$(BIN)/python docs/tables.py

pictures: $(READY) ## Draw the pictures of docs/pictures.md again
	@$(BIN)/python docs/pictures.py
	@$(BIN)/python docs/page_picture.py

page: ## Build the page that shows runs again from simulation/page/web (needs Node and npm)
	@cd simulation/page/web && npm ci --silent && npm run --silent build

docs: $(DOCS_READY) ## Build the pages of docs as a site in docs/_build; a warning is an error
	@echo "Building the documentation (Sphinx) ..."
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --fresh-env --builder html docs docs/_build
	@echo "Documentation: $(CURDIR)/docs/_build/index.html"

$(DOCS_READY): $(READY)
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[docs]'
	@touch $@

wheel: $(READY) ## Build wheel and sdist in dist, and do what a newcomer does with the wheel (minutes)
	@$(BIN)/python tests/distribution/newcomer.py --constraint constraints.txt --keep dist

results: reference findings study ## Make everything in results again (hours)

reference: $(READY) ## Make results/reference again: the demo with thirty seeds (minutes)
	@$(BIN)/tierwise demo --reps 30 -o out/reference
	@$(BIN)/tierwise report out/reference --pictures results/reference
	@$(BIN)/tierwise query out/reference "$$(< results/reference/runs.sql)" -o results/reference/runs.csv --replace
	@cp out/reference/manifest.json out/reference/differences.csv results/reference

POLICIES := cash_subsidy capability reinvestment supplier_development mandate regional_hub balanced trickle_down paid_access

findings: $(READY) ## Make results/findings and results/policies again, and the verdicts in docs (hours)
	@$(BIN)/tierwise claims -o results/findings --reps 12 --firms 4000 --members 100 --member-reps 16
	@$(BIN)/tierwise compare baseline $(POLICIES) --baseline baseline --reps 30 --ensemble 20 --member-reps 8 -o results/policies
	@$(BIN)/python docs/tables.py

STUDY := results/study
DELIVERIES := large_late_days sme_late_days large_defect_ppm sme_defect_ppm
JUDGED := additional_adopters user_gap regional_user_gap $(DELIVERIES)

study: $(READY) ## Make results/study again: what matters, where a policy fails, what is safe to choose (minutes)
	@$(BIN)/tierwise sweep run screening -o out/study/screening
	@$(BIN)/tierwise sweep run variance -o out/study/variance
	@$(BIN)/tierwise sweep run where_policies_fail -o out/study/fail
	@for outcome in $(DELIVERIES); do \
		$(BIN)/tierwise sensitivity out/study/screening --outcome $$outcome -o $(STUDY)/screening; \
		$(BIN)/tierwise sensitivity out/study/variance --outcome $$outcome -o $(STUDY)/variance; \
	done
	@for outcome in $(JUDGED); do \
		$(BIN)/tierwise robust out/study/fail --outcome $$outcome --difference -o $(STUDY)/robust; \
	done
	@while IFS= read -r question; do \
		$(BIN)/tierwise discover out/study/fail --where "$$question" -o $(STUDY)/discover < /dev/null; \
	done < $(STUDY)/questions.txt
	@for sweep in screening variance fail; do cp out/study/$$sweep/manifest.json $(STUDY)/$$sweep.json; done

lock: ## Choose the newest versions again and write constraints.txt
	@$(call find_python,python3.11 python3,$(OLDEST)); \
	if [ -z "$$python" ]; then \
		echo "Python 3.11 is needed to choose versions: what installs there installs on newer ones too." >&2; \
		exit 1; \
	fi; \
	echo "Choosing versions in a fresh environment (about two minutes) ..."; \
	"$$python" -m venv --clear $(LOCK)
	@$(LOCK)/bin/python -m pip install -qq --editable '.[dev,docs]'
	@{ \
		echo "# Exact versions of what the package and its extras dev and docs need, on Python 3.11 and newer."; \
		echo "# Made by \`make lock\`: a fresh environment, the newest release of everything, then pip freeze."; \
		echo "# After changing a dependency in pyproject.toml run it again, then \`make test\`, and commit both files."; \
		LC_ALL=C $(LOCK)/bin/python -m pip freeze --exclude-editable; \
	} > $(LOCK)/constraints.txt
	@mv $(LOCK)/constraints.txt constraints.txt
	@rm -r $(LOCK)
	@echo "Wrote constraints.txt."

clean: ## Remove caches and build output; keep .venv and results
	@echo "Removing caches and build output ..."
	@rm -rf build dist htmlcov docs/_build .coverage .coverage.* \
		.hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
