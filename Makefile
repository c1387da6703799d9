# Everything a newcomer needs: `make drill` runs the main job, `make test` runs every test.
# `make check` is exactly what continuous integration runs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
# More workers than this gain nothing and cost memory; the tests need no more than two cores.
WORKERS ?= 4
PEOPLE ?= 100000
HOSTILE_SEEDS ?= 200
# Only `make lock` needs uv.
UV ?= $(or $(wildcard $(BIN)/uv),uv)
CHECKED := src tests scripts benchmarks

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv drill test check lint types imports docs-check schema-check rules-check lock-check lock docs schema rules
.PHONY: bench bench-opening bench-screening bench-known bench-drill bench-gate bench-holds bench-journal faults faults-ledger faults-gate faults-moments faults-hostile corpus clean

help: ## Show what can be made.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(VENV)/.project ## Create .venv in the checkout and install what the lock file pins.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Amends needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name a newer one: make venv PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments; on Debian install the package python3-venv." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Two stamps: the long step is redone only when the lock changes, the short one when the metadata do.
$(VENV)/.requirements: requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

# The lock holds setuptools, so the build needs no environment of its own and fetches nothing.
$(VENV)/.project: pyproject.toml $(VENV)/.requirements
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

drill: venv ## Rehearse the incident custody-list on synthetic people; writes to drill/.
	$(BIN)/amends drill --people $(PEOPLE) --out drill

test: venv ## Run every test and print pytest's closing line.
	$(BIN)/python -m pytest tests -n auto --maxprocesses $(WORKERS) --dist loadfile

check: venv lint types imports docs-check schema-check rules-check lock-check ## Lint, types, imports, reference, schema, rules, lock file.

lint: venv
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)

types: venv
	$(BIN)/mypy $(CHECKED)

imports: venv
	$(BIN)/lint-imports

docs-check: venv
	$(BIN)/python -m scripts.generate_reference --check
	$(BIN)/python -m scripts.check_docs

schema-check: venv
	$(BIN)/python -m scripts.generate_schema --check

rules-check: venv
	$(BIN)/python -m scripts.generate_rules --check

lock-check: venv
	$(BIN)/python -m scripts.check_lock

docs: venv ## Generate docs/reference/ from the code.
	$(BIN)/python -m scripts.generate_reference

rules: venv ## Check the rules of identifiers and write them into the one file that loads fast.
	$(BIN)/python -m scripts.generate_rules

schema: venv ## Generate the tables of a new SQLite ledger from the migrations.
	$(BIN)/python -m scripts.generate_schema

# With the present lock as its starting point the answer is the same until pyproject.toml asks for more.
# `make lock UV_FLAGS=--upgrade` takes newer releases.
lock: ## Write requirements.lock anew from pyproject.toml (needs uv).
	$(UV) pip compile pyproject.toml --extra all --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet $(UV_FLAGS) --output-file requirements.lock
	$(PYTHON) scripts/check_lock.py

bench: bench-drill bench-holds bench-journal bench-opening bench-screening bench-known bench-gate ## Measure everything below; never part of a test.

bench-drill: venv ## Measure the drill at 100,000 and at 1,000,000 people.
	$(BIN)/python -m benchmarks.drill

bench-gate: venv ## Measure the hold gate over ten million held identifiers (GATE_HELD, GATE_SECONDS).
	$(BIN)/python -m benchmarks.gate

bench-holds: venv ## Measure placing 6,252 and a million holds on both databases (HOLDS), and look for stale answers.
	$(BIN)/python -m benchmarks.holds

bench-journal: venv ## Measure how fast the journal is written and checked on both databases.
	$(BIN)/python -m benchmarks.journal

# Other people's readers stay out of the environment that the program runs in.
$(PEERS)/.requirements: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --require-hashes -r benchmarks/peers/requirements.txt
	@touch $@

bench-opening: venv $(PEERS)/.requirements ## Measure the opening of files side by side with other readers, speed and finds.
	$(BIN)/python -m benchmarks.opening_xlsx
	$(BIN)/python -m benchmarks.opening_pdf
	$(BIN)/python -m benchmarks.opening_hiding

bench-screening: venv ## Measure how fast and how well texts are judged (CORPUS: the folder with labelled sentences).
	$(BIN)/python -m benchmarks.screening_text
	$(BIN)/python -m benchmarks.screening_false_alarms

bench-known: venv ## Measure building and asking an index of known people.
	$(BIN)/python -m benchmarks.known

faults: faults-ledger faults-gate faults-moments faults-hostile ## Kill, tamper, starve and flood, and count what is lost, doubled, cleared or late.

faults-ledger: venv ## Kill writers half-way and tamper with the journal, again and again.
	$(BIN)/python -m benchmarks.faults
	$(BIN)/python -m benchmarks.kills
	$(BIN)/python -m benchmarks.tampering
	$(BIN)/python -m benchmarks.door_kills

faults-gate: venv ## Strike the gate under questions, and run a queue of removals against it.
	$(BIN)/python -m benchmarks.gate_faults
	$(BIN)/python -m benchmarks.queue

# The suite kills at the first moment, at the last and at some between; here at every one.
faults-moments: venv ## Kill each work of many steps at every moment at which it makes something durable.
	AMENDS_EVERY_MOMENT=1 $(BIN)/python -m pytest tests/unit/casework tests/story/test_twice.py -k killed \
	  -n auto --maxprocesses $(WORKERS) --dist worksteal

# The suite opens a few hundred hostile files; here all of them, and HOSTILE_SEEDS damaged files of each format.
faults-hostile: venv ## Open hostile and damaged files in bulk: none may hang, crash, or be complete with a loss.
	AMENDS_HOSTILE_SEEDS=$(HOSTILE_SEEDS) $(BIN)/python -m pytest tests/contracts/hostile tests/contracts/hiding/test_cleaning.py \
	  -n auto --maxprocesses $(WORKERS) --dist worksteal

corpus: venv ## Open every file under CORPUS=DIR and count complete, partial and refused, by format.
	$(BIN)/python -m benchmarks.corpus $(CORPUS)

clean: ## Remove what make made (.venv and .venv-peers stay: delete them by hand).
	rm -rf drill build dist benchmarks/results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests scripts benchmarks -name __pycache__ -type d -exec rm -rf {} +
