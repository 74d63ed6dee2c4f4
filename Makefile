# Perennial: one command for each thing one does with it. Bare `make` prints them.
# Every target makes .venv from the locked requirements when it is absent; a second call skips that.
PYTHON ?= python3
# `make manage CMD='…'`, `make acceptance DATA=dir` reach the programs by the environment, so that
# that quotes inside them survive.
export CMD DATA SCALE BARS SETS SEEDS ACCOUNTS KEPT AT_ONCE

.PHONY: help run manage test check fix bench faults requirements acceptance lock
.NOTPARALLEL:
.DEFAULT_GOAL := help

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start everything (PORT=8000) and serve until Ctrl-C; the first time with a demo workspace
	@exec $(PYTHON) config/stack/bootstrap.py run config.stack.run

manage: ## CMD='…': one management command against the services and data of `make run`
	@exec $(PYTHON) config/stack/bootstrap.py run config.stack.manage

test: ## the whole suite on throw-away PostgreSQL and Valkey, in three processes (ARGS='tests/renewals -x' for a part)
	@exec $(PYTHON) config/stack/bootstrap.py dev pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: ## format, lint, types, import contracts, migrations, docs: every checker, all failures
	@exec $(PYTHON) config/stack/bootstrap.py dev config.stack.checks

fix: ## mend what a tool can mend
	@exec $(PYTHON) config/stack/bootstrap.py dev config.stack.checks --fix

bench: ## the benchmarks, one JSON line per ratio (SCALE=small or full)
	@exec $(PYTHON) config/stack/bootstrap.py dev config.stack.throwaway benchmarks

faults: ## the fault suite at full size, and every broken engine that it must catch
	@FAULTS="$${FAULTS:-full,failpoints,plain,no_broker,drills}" exec $(PYTHON) config/stack/bootstrap.py dev pytest tests/faults $(ARGS)

requirements: ## requirement -> tests -> passed, failed, none
	@exec $(PYTHON) config/stack/bootstrap.py dev tests.requirements_table

acceptance: ## DATA=dir: every figure beside its bar, for the data sets in dir (BARS=1,4 SETS=word for a part; KEPT=dir adds parts up and goes on where it stopped)
	@exec $(PYTHON) config/stack/bootstrap.py dev config.stack.throwaway benchmarks.acceptance

lock: ## rewrite the locked requirements from pyproject.toml
	@exec $(PYTHON) config/stack/bootstrap.py dev config.stack.lock
