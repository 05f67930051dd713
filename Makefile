# Every target sets up what it needs: a virtual environment in .venv with the locked packages.
# Another folder for it: make check VENV=/some/folder

VENV ?= .venv
PYTHON_FOR_VENV ?= python3
PORT ?= 8080
SEED ?= 1

PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed
LOCK := .ci/requirements.txt
NODE_STAMP := .ci/node_modules/.installed
BENCH_STAMP := .ci/bench/node_modules/.installed
DOCUMENTS := contracts/konnect.openapi.json contracts/control.openapi.json

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Bytecode is kept, whatever the caller's environment says: hundreds of processes start in a run of the tests.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup serve run test check lint format openapi lint-openapi bench contract contract-deep machine-deep durability stores-deep mutants truth load chain-day audit bad-input lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP)  ## make the virtual environment (again when the lock or pyproject.toml changed)

$(STAMP): $(LOCK) pyproject.toml
	test -x $(PYTHON) || $(PYTHON_FOR_VENV) -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --require-hashes --requirement $(LOCK)
	$(PYTHON) -m pip install --quiet --no-build-isolation --no-deps --editable .
	touch $@

serve: setup  ## start the mock on port 8080 (another one: make serve PORT=9000)
	$(VENV)/bin/mock-oms serve --port $(PORT)

run: setup  ## play every flow, in all four mode pairs, against the mock inside the process; ends with the report
	$(VENV)/bin/oms-scenarios run

test: setup  ## run the tests, on every processor (some of them: make test TESTS=tests/contracts)
	$(PYTHON) -m pytest --numprocesses logical --maxprocesses 8 --dist loadgroup $(TESTS)

lint: setup  ## check format, lint, types, words, and the generated files against their source
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m contracts.openapi --check
	$(PYTHON) -m tests.tools.docs --check
	$(PYTHON) -m scenarios.report.schemas --check
	$(PYTHON) .ci/words.py

check: lint test  ## everything that must hold before a commit

format: setup  ## format the code and repair what ruff can repair
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

openapi: setup  ## write the generated files anew: both OpenAPI documents and the generated parts of the guides
	$(PYTHON) -m contracts.openapi
	$(PYTHON) -m tests.tools.docs

lint-openapi: $(NODE_STAMP)  ## lint both OpenAPI documents with redocly and spectral (needs node)
	.ci/lint-openapi $(DOCUMENTS)

$(NODE_STAMP): .ci/package-lock.json .ci/package.json
	@command -v npm >/dev/null || { echo "make lint-openapi needs node with npm, version 20 or later" >&2; exit 1; }
	cd .ci && npm ci --no-fund --no-audit --loglevel error
	touch $@

bench: setup $(BENCH_STAMP)  ## measure beside WireMock, MockServer and Prism (needs wrk; node and java 17 for those)
	$(PYTHON) -m tests.tools.bench $(BENCH)

$(BENCH_STAMP): .ci/bench/package-lock.json .ci/bench/package.json
	@if command -v npm >/dev/null; then cd .ci/bench && npm ci --no-fund --no-audit --loglevel error && touch node_modules/.installed; \
	else echo "no npm here: node 20 or later is needed to measure other servers too" >&2; fi

contract: setup  ## generated calls to both interfaces of the mock, every answer checked (another seed: SEED=7)
	$(VENV)/bin/oms-scenarios contract --seed $(SEED)

contract-deep: setup  ## the same, long: more than 10,000 generated calls with a fresh seed, which is printed
	$(VENV)/bin/oms-scenarios contract --examples 350 $(if $(DEEP_SEED),--seed $(DEEP_SEED))

machine-deep: setup  ## play the lifecycle's state machine for 10,000 worlds (printed seed; again: CONTRACT_SEED=N)
	CONTRACT_PROFILE=deep $(PYTHON) -m pytest -p tests.support.deep_targets -s tests/contracts/test_machine.py

durability: setup  ## kill the server in the middle of its work, 200 times (STORE=postgresql, ROUNDS=N, WORKERS=N)
	$(PYTHON) -m tests.tools.durability --store $(or $(STORE),sqlite) --rounds $(or $(ROUNDS),200) --workers $(or $(WORKERS),1)

stores-deep: setup  ## play every flow on SQLite and on PostgreSQL (minutes)
	CONTRACT_PROFILE=deep $(PYTHON) -m pytest -p tests.support.deep_targets tests/journeys/test_flows_on_stores.py

bad-input: setup  ## 200,000 generated requests, most of them wrong, to a real server (printed seed; again: BAD_SEED=N)
	$(PYTHON) -m tests.tools.bad_input $(if $(BAD_SEED),--seed $(BAD_SEED))

mutants: setup  ## seed each known defect into the mock and tell which flows and checks catch it (minutes)
	$(PYTHON) -m tests.gauges.mutants

truth: setup  ## judge an OMS that is not the mock: no false alarm, each of its defects found with one cause (20 minutes)
	$(PYTHON) -m tests.tools.truth $(TRUTH)

load: setup  ## a minute of load in all four mode pairs, on a mock of its own (another: TARGET=URL, USERS=20, FOR=60s)
	$(VENV)/bin/oms-scenarios load $(if $(TARGET),--target $(TARGET)) $(if $(USERS),--users $(USERS)) \
		$(if $(FOR),--for $(FOR)) $(if $(STORE),--store $(STORE))

chain-day: setup  ## a day of 500 shops at full speed: 200,000 orders (ORDERS=N), each checked (many minutes; STORE=...)
	$(PYTHON) -m scenarios.cli.chain_day $(if $(ORDERS),--orders $(ORDERS)) \
		$(if $(STORE),--store $(STORE)) $(if $(PDFS),--documents $(PDFS))

audit: setup  ## look up the locked dependencies in the public lists of known vulnerabilities
	$(PYTHON) .ci/audit.py

lock: setup  ## resolve the dependencies of pyproject.toml again (newest: make lock UPGRADE=--upgrade)
	$(PYTHON) -m uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --quiet $(UPGRADE) \
		--custom-compile-command "make lock" --output-file $(LOCK)

clean:  ## remove the environment, the node tools and every cache
	rm -rf $(VENV) .ci/node_modules .ci/bench/node_modules build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find contracts mock_oms scenarios tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
