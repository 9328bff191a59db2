# What people do with this checkout. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

.PHONY: help demo run test bench dist fmt lint

help: ## list these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)$$/  make \1|\2/' | column -t -s '|'

demo: ## build and show Stoa with a made-up round, on http://127.0.0.1:8080
	cargo build --release
	./target/release/stoa demo

run: ## run the service from this checkout, with its data in ./data
	cargo run -- serve

test: ## every test: rules, both databases, a real browser (installs what is missing on Debian)
	./script/install-test-tools
	mkdir -p target
	@status=0; cargo test --no-fail-fast 2>&1 | tee target/test.log || status=$$?; \
	echo; echo "---- in short"; \
	awk '/^ +(Running|Doc-tests) /{sub(/^ +/, ""); sub(/ \(target.*/, ""); what=$$0} \
	     /^test result: /{print what ": " $$0; passed+=$$4; failed+=$$6; ignored+=$$8} \
	     /^test .* (\.\.\. )?FAILED$$/{lost=lost "\n  " $$2} \
	     END{printf "\n%d passed, %d failed, %d ignored%s\n", passed, failed, ignored, lost}' target/test.log; \
	if grep -q 'STOA_TEST_POSTGRES=off' target/test.log; then echo "PostgreSQL was switched off: half of the journeys did not run."; fi; \
	exit $$status

bench: ## the figures: durable responses against an echo, start, memory, page weight, statistics
	STOA_TEST_POSTGRES_DURABLE=1 cargo bench --bench service
	cargo bench --bench stats_agreement --bench stats_assignment --bench stats_estimation

dist: ## the binary for installations: slow to build, fastest to run
	cargo build --profile dist
	@ls -l target/dist/stoa

fmt: ## format the code
	cargo fmt

lint: ## what the continuous integration checks without running anything
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
