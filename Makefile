# Everything a person does with this checkout. Each target makes the machine ready first; again, it is quick.

PYTHON := .venv/bin/python
BIOME := node_modules/@biomejs/cli-linux-*/biome
# One more than the two cores we count on: a test waits for its browser now and then.
WORKERS := --numprocesses=3 --dist=loadfile --no-loadscope-reorder
# What runs in a shop, and what makes it: not the tests and measurements, which break in on purpose.
LOOKED_AT := config devices gateway sync deploy docs .ci assembly.py locked.py run.py
JS_TESTS = $(shell find tests/js -name '*.test.js' 2>/dev/null | sort)
# Compiled once, not by each of the many gateways that the tests start.
export PYTHONDONTWRITEBYTECODE :=
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run demo check lint types floors holes web sbom \
  test test-gateway test-web bench bench-duplicates bench-lighthouse bench-phone bench-portal torture fuzz fuzz-api soak gallery fix docs lock

help:            ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:           ## install what the gateway needs, inside this folder
	@.ci/setup.sh

setup-dev:
	@.ci/setup.sh dev

run: setup       ## serve the gateway
	@$(PYTHON) run.py serve

demo: setup      ## a whole simulated store, to look around in
	@$(PYTHON) run.py demo

check: lint types floors holes web ## style, types, import floors, known holes; changes nothing

lint: setup-dev
	ruff check
	ruff format --check

types: setup-dev
	mypy

floors: setup-dev
	lint-imports --no-logo

holes: setup-dev
	bandit --quiet --configfile pyproject.toml --recursive $(LOOKED_AT)

web: setup-dev
	$(BIOME) ci --colors=off
	tsc --project tsconfig.json
	tsc --project tsconfig.worker.json

test: test-gateway test-web ## every test, those in a browser and against a real ERP included

test-gateway: setup-dev
	$(PYTHON) -m pytest $(WORKERS)

test-web: setup-dev
	node --test $(JS_TESTS)

bench: setup-dev ## measure the promises that are numbers
	$(PYTHON) -m bench

bench-portal: setup-dev ## bring, check, import and take out 100,000 customers in a real browser
	$(PYTHON) -m bench.portal --write

bench-phone: setup-dev ## measure the phone app with 50,000 customers in a real browser
	$(PYTHON) -m bench.phone

bench-lighthouse: setup-dev ## have Lighthouse look at the app and the console
	$(PYTHON) -m bench.lighthouse --write

bench-duplicates: setup-dev ## measure how duplicates and search do, beside Splink
	$(PYTHON) -m bench.duplicates

torture: setup-dev ## crash, fill and break a gateway for a while; nothing may be lost
	$(PYTHON) -m tests.torture

fuzz: setup-dev  ## throw bytes at everything that reads what others send, a minute each
	$(PYTHON) -m tests.fuzz

fuzz-api: setup-dev ## hold the API against its description as every role, a minute each
	$(PYTHON) -m tests.web.described

soak: setup-dev  ## a phone through two hundred flips of its network; nothing may be lost
	$(PYTHON) -m tests.torture.soak

gallery: setup-dev ## take every screen of the app and the console, and write docs/gallery.md
	$(PYTHON) -m docs.gallery

fix: setup-dev   ## format, and mend what a tool can mend
	ruff check --fix
	ruff format
	$(BIOME) check --write

docs: setup-dev  ## write the pages that repeat what the code declares
	$(PYTHON) -m docs.generate

sbom: setup-dev  ## write the list of all parts (CycloneDX) to build/sbom.cdx.json
	$(PYTHON) -m deploy.sbom build/sbom.cdx.json

lock: setup-dev  ## renew the lock files to the newest versions allowed
	.ci/lock.sh
