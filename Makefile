# What people do with this checkout. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

.PHONY: help demo run test storm bench dist fmt lint

help: ## list these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)$$/  make \1|\2/' | column -t -s '|'

demo: ## build and show Stoa with a made-up round, on http://127.0.0.1:8080
	cargo build --release
	./target/release/stoa demo

run: ## run the service from this checkout, with its data in ./data
	cargo run -- serve

test: ## every test: rules, both databases, a real browser (installs what is missing on Debian)
	@./script/run-tests

storm: ## what is too long for every change: floods, kills, fuzzing, simulations, a million rows, foreign engines
	./script/storm

bench: ## the figures: durable responses against an echo, start, memory, page weight, statistics
	STOA_TEST_POSTGRES_DURABLE=1 cargo bench --bench service
	cargo bench --bench commands
	cargo bench -p stoa-stats --bench agreement --bench assignment --bench estimation

dist: ## the binary for installations: slow to build, fastest to run
	cargo build --profile dist
	@ls -l target/dist/stoa

fmt: ## format the code
	cargo fmt --all

lint: ## what the continuous integration checks without running anything
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
