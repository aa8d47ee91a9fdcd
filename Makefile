# Everything a person needs to type. Python 3.11 or newer and this file are enough.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PEERS := $(VENV)/peers
CDK := npx --yes aws-cdk@2.1148.1
PYTHON ?=
PORT ?= 8080
ARGS ?=

# Node for CDK comes from the virtual environment.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PORT

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check gallery bench soak load synth deploy lock clean

help: ## What can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' Makefile | while IFS='|' read -r target text; do \
		printf '%-14s %s\n' "$$target" "$$text"; done

setup: $(READY) ## Set up .venv with the locked packages; .venv/bin/leadwell is the command line

run: $(READY) ## Serve everything on this machine at http://127.0.0.1:8080 (PORT=...)
	@$(BIN)/python -m infra.local

test: check ## Style, types and every test
	@$(BIN)/python -m pytest $(ARGS)

check: $(READY) ## Style, types, layers, known vulnerabilities and secrets
	@echo "Checking style, types, layers, known vulnerabilities and secrets ..."
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --diff .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tests.security

gallery: $(READY) ## A page with every journey, mail and SMS of the library, in build/gallery
	@$(BIN)/python -m tests.gallery --to build/gallery

bench: $(PEERS) ## Measure speed and cost as ratios; fails when one got worse
	@$(BIN)/python -m tests.benchmarks $(ARGS)

soak: $(READY) ## Random stories under random faults until stopped (SEEDS=2000: that many)
	@$(BIN)/python -m tests.simulation $(if $(SEEDS),--seeds $(SEEDS),--soak) $(ARGS)

load: $(READY) ## Load on a local run that is killed on the way (MINUTES=10)
	@$(BIN)/python -m tests.load $(if $(MINUTES),--minutes $(MINUTES)) $(ARGS)

synth: $(READY) ## Write the CloudFormation template to cdk.out (ARGS="-c stage=prod ...")
	@$(BIN)/python -m infra.app $(ARGS)
	@echo "Written to cdk.out."

deploy: $(READY) ## Deploy to the AWS account you are signed in to (ARGS="-c stage=prod ...")
	@$(CDK) deploy $(ARGS)

lock: | $(READY) ## Renew the lock files from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(BIN)/uv pip compile pyproject.toml --extra dev $(LOCKING) --universal --python-version 3.11 \
		--output-file infra/requirements.txt > /dev/null
	@$(BIN)/uv pip compile pyproject.toml $(LOCKING) --constraint infra/requirements.txt \
		--python-version 3.13 --python-platform aarch64-manylinux_2_28 $(addprefix --no-emit-package ,$(IN_LAMBDA)) \
		--output-file layers/dependencies/requirements.txt > /dev/null
	@$(BIN)/uv pip compile --group peers $(LOCKING) --constraint infra/requirements.txt --universal \
		--python-version 3.11 --output-file tests/benchmarks/requirements.txt > /dev/null

LOCKING = $(ARGS) --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate
# What the Lambda runtime brings along.
IN_LAMBDA = boto3 botocore s3transfer python-dateutil six urllib3

clean: ## Remove what can be made again, except .venv and the data of the local run
	@rm -rf build cdk.out .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(READY): infra/requirements.txt pyproject.toml
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.14 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Leadwell needs Python 3.11 or newer, and none was found here. Install one, or say where: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	if ! $(BIN)/python -m pip --version > /dev/null 2>&1; then \
		echo "Making $(VENV) with $$("$$found" --version) ..."; \
		"$$found" -m venv --clear $(VENV); \
	fi
	@echo "Installing the $$(grep -c '==' infra/requirements.txt) locked packages; the first time this takes a minute or two ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r infra/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $(READY)
	@echo "Ready."

$(PEERS): tests/benchmarks/requirements.txt $(READY)
	@echo "Installing what the benchmarks compare with ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/benchmarks/requirements.txt
	@touch $(PEERS)
