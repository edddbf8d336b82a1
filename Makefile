# Everything a developer or a retailer runs; `make help` lists it.
PYTHON  ?= python3
VENV    ?= .venv
BIN     := $(VENV)/bin
CORE    := sdk server clients/python
PLUGINS ?= $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
# `make demo PLUGINS=` runs on the baselines alone, so without the configuration that names plugins.
CONFIG  ?= $(if $(filter command line,$(origin PLUGINS)),,shelfwise.toml)
STAMP   := $(VENV)/.installed$(subst /,-,$(subst plugins/,,$(subst $(eval) ,,$(PLUGINS))))

.DEFAULT_GOAL := help
.PHONY: help install test clients test-clients check format golden proto bench bench-recommender bench-forecaster bench-inventory bench-router bench-integration bench-clients demo clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

$(STAMP): $(BIN)/python pyproject.toml constraints.txt $(addsuffix /pyproject.toml,$(CORE) $(PLUGINS))
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable 'sdk[tune]' $(addprefix --editable ,$(filter-out sdk,$(CORE)) $(PLUGINS))
	@touch $@

install: $(STAMP) ## make the virtual environment with every member editable

# One thread a process: two that wait for each other on shared cores take ten times as long on small networks.
test: install ## run every test
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

clients: install ## build the clients and their examples, or LANGUAGES="go ruby", with what they need
	$(BIN)/python tools/clients.py $(LANGUAGES)

test-clients: clients ## test the clients that are built, all of them alike
	OMP_NUM_THREADS=1 LANGUAGES="$(LANGUAGES)" $(BIN)/python -m pytest tests/clients -n 2

check: install ## lint, type-check, and see that generated code and the reference are current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH=$(subst $(eval) ,:,$(wildcard plugins/*/src)) $(BIN)/mypy $(addsuffix /src,$(CORE)) $(wildcard plugins/*/src)
	$(BIN)/buf lint
	$(BIN)/python tools/proto.py --check
	$(BIN)/python tools/reference.py --check

format: install ## format and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: install ## write the golden cases of the wire anew, after a change on purpose
	$(BIN)/python tools/golden.py

proto: install ## generate the Python code and the reference of the wire contract
	$(BIN)/python tools/proto.py
	$(BIN)/python tools/reference.py

bench: install ## run every benchmark, or ONLY="name name", and print figures with machine and load
	$(BIN)/python -m tests.benchmarks $(ONLY)

bench-recommender: install ## compare all installed recommenders, three seeds; ONLY="beauty-refitted retail speed ..."
	$(BIN)/python -m tests.benchmarks.recommender $(ONLY)

bench-forecaster: install ## compare all installed forecasters, sktime's and references; ONLY="orange-juice car-parts retail horizon classes stock-outs promotion scale"
	$(BIN)/python -m tests.benchmarks.forecaster $(ONLY)

bench-inventory: install ## the simulator's rate, tuned policies and plans; ONLY="rate lost-sales serial heuristics frontier plan learning laws random network real speed"
	$(BIN)/python -m tests.benchmarks.inventory $(ONLY)

bench-router: install ## the router plugin, PyVRP, OR-Tools, VROOM and the baseline in equal CPU seconds; ONLY="x-250 x solomon depots fleets trips deadlines --every 4"
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.router $(ONLY)

bench-integration: install ## what coordination is worth in the twin, minutes; ONLY="baseline --worlds 30 --weeks 26" takes hours
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.integration $(ONLY)

bench-clients: install ## what each client that is built adds to a call, beside its generated stub; LANGUAGES="go ruby"
	OMP_NUM_THREADS=1 LANGUAGES="$(LANGUAGES)" $(BIN)/python -m tests.benchmarks.clients

demo: install ## train, serve and decide on a sample retailer or DATA=folder; PLUGINS= for the baselines alone
	$(BIN)/shelfwise demo $(if $(CONFIG),--config $(CONFIG)) $(if $(DATA),--data $(DATA))

clean: ## remove what was built
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache
