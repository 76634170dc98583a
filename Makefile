# The front door. `make help` lists what there is.
#
# SPEED=10 make run      ten times the original pace
# POLAROID_DATA, POLAROID_*_PORT, POLAROID_HEAP     see ./polaroid --help

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

SPEED ?= 1
MVN ?= mvn
PYTHON ?= python3
MAVEN_FLAGS ?= -q -B -ntp
VENV := .venv

JAVA_MODULES := timeseries proto schemas registry state-stores topology ingest-connectors sinks query-api launcher
JAVA_INPUTS = $(shell find pom.xml config $(JAVA_MODULES) -path '*/target' -prune -o -path '*/src/test' -prune -o -type f -print)
WEB_INPUTS = $(shell find web -path '*/node_modules' -prune -o -path '*/dist' -prune -o -type f -print 2>/dev/null)
PROTO_INPUTS = $(shell find proto/src -name '*.proto')

JAVA_BUILT := launcher/target/.built
# The page is a resource of the server: /web/index.html under launcher/target/page, which ./polaroid has on its class path.
PAGE_BUILT := launcher/target/page/web/index.html
NODE_READY := web/node_modules/.package-lock.json
VENV_READY := $(VENV)/.ready
STUBS_BUILT := python/src/polaroid/v1/__init__.py

# Each recipe that needs Java or Node begins with one of these.
USE_JAVA = JAVA_HOME="$$(./polaroid --java-home)"; export JAVA_HOME
USE_NODE = PATH="$$(tools/node-home):$$PATH"; export PATH

.PHONY: help
help: ## list the targets
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18
	@echo "not built yet: $(NOT_BUILT)"

.PHONY: tools
tools: ## say what is missing of JDK, Maven and Python
	@tools/check-tools

.PHONY: build
build: tools $(JAVA_BUILT) page ## build the server and the page

$(JAVA_BUILT): $(JAVA_INPUTS)
	@echo "building the server (the first time takes a few minutes)"
	@$(USE_JAVA); $(MVN) $(MAVEN_FLAGS) -Dstyle.skip package -DskipTests -pl launcher -am
	@touch $@

.PHONY: train
train: build ## leave a cache of classes and profiles: later starts take less CPU time (JDK 25)
	@echo "running the stack for a minute to see what it uses"
	@tools/train

.PHONY: page
page:
	@if [[ -f web/package.json ]]; then \
	  if tools/node-home >/dev/null; then $(MAKE) --no-print-directory $(PAGE_BUILT); \
	  else echo "the page is left out: it needs Node 20.19 or newer"; fi; \
	fi

.PHONY: web
web: $(PAGE_BUILT) ## build the page

$(PAGE_BUILT): $(WEB_INPUTS) | $(NODE_READY)
	@echo "building the page"
	@$(USE_NODE); cd web && npm run --silent build
	@rm -rf $(dir $@) && mkdir -p $(dir $@) && cp -R web/dist/. $(dir $@)
	@touch $@

$(NODE_READY): web/package.json web/package-lock.json
	@$(USE_NODE); cd web && npm ci --silent --no-audit --no-fund
	@touch $@

.PHONY: run
run: build ## start the whole stack on the recorded market session
	@SPEED=$(SPEED) tools/run

.PHONY: test
test: tools test-java test-web test-python ## everything that is tested

.PHONY: test-java
test-java: ## format, style, all Java tests; leaves the jars that the end-to-end tests start
	@$(USE_JAVA); $(MVN) $(MAVEN_FLAGS) verify
	@touch $(JAVA_BUILT)

.PHONY: test-web
test-web: ## tests of the page, in Chromium too where there is one
	@if [[ ! -f web/package.json ]]; then exit 0; fi; \
	if ! tools/node-home >/dev/null; then echo "left out: tests of the page (they need Node 20.19 or newer)"; exit 0; fi; \
	$(MAKE) --no-print-directory $(NODE_READY) $(PAGE_BUILT); \
	$(USE_NODE); cd web; npm test --silent; \
	if [[ -n "$$(../tools/chromium)" ]]; then CHROMIUM="$$(../tools/chromium)" npm run --silent e2e:stub; \
	else echo "left out: the page in a browser (no Chromium found; make ci-tools installs it)"; fi

.PHONY: test-python
test-python: build $(STUBS_BUILT) ## tests of the Python client, and end to end against started stacks
	@cd python && ../$(VENV)/bin/python -m pytest

$(VENV_READY): python/requirements-dev.txt
	@tools/check-tools python
	@[[ -x $(VENV)/bin/python ]] || $(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install -q --disable-pip-version-check -r $<
	@touch $@

$(STUBS_BUILT): $(PROTO_INPUTS) python/generate.py $(VENV_READY)
	@$(VENV)/bin/python python/generate.py >/dev/null
	@touch $@

.PHONY: ci-tools
ci-tools: ## install what a bare CI machine lacks (Chromium for the page's tests)
	@if [[ -z "$$(tools/chromium)" ]]; then \
	  if [[ "$$(id -u)" == 0 ]] && command -v apt-get >/dev/null; then \
	    echo "installing Chromium"; \
	    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium) >/dev/null \
	      || echo "Chromium could not be installed; the tests in a browser will be left out"; \
	  else echo "Chromium is missing and cannot be installed without root and apt-get; the tests in a browser will be left out"; fi; \
	fi

.PHONY: format
format: $(VENV_READY) ## format Java and Python
	@$(USE_JAVA); $(MVN) $(MAVEN_FLAGS) spotless:apply
	@$(VENV)/bin/ruff format -q python && $(VENV)/bin/ruff check -q --fix python

.PHONY: lint
lint: $(VENV_READY) ## formats, style and types, without tests
	@$(USE_JAVA); $(MVN) $(MAVEN_FLAGS) test-compile
	@$(VENV)/bin/ruff format -q --check python && $(VENV)/bin/ruff check -q python
	@if [[ -f web/package.json ]] && tools/node-home >/dev/null; then \
	  $(MAKE) --no-print-directory $(NODE_READY); $(USE_NODE); cd web && npm run --silent typecheck; fi

.PHONY: clean
clean: ## remove what was built; data stay
	@rm -rf target */target bench/flink/target web/dist web/node_modules $(VENV) python/src/polaroid/v1

.PHONY: bench-build
bench-build: tools
	@$(USE_JAVA); $(MVN) $(MAVEN_FLAGS) -Ppeers -Dstyle.skip package -DskipTests -pl bench,bench/flink -am

.PHONY: bench-stream
bench-stream: bench-build ## Kafka Streams, Flink, a raw loop and Polaroid side by side (ARGS="--help")
	@tools/bench-java io.polaroid.bench.run.StreamBench $(ARGS)

.PHONY: bench-latency
bench-latency: bench-build ## latency of the same at a fixed rate (ARGS="--help")
	@tools/bench-java io.polaroid.bench.latency.LatencyBench $(ARGS)

.PHONY: bench-batch
bench-batch: bench-build $(VENV_READY) ## table operators beside Polars and DuckDB (ARGS="--help")
	@. config/malloc.sh; $(VENV)/bin/python bench/batch/compare.py --java "tools/bench-java" $(ARGS)

.PHONY: bench-jmh
bench-jmh: bench-build ## JMH benchmarks of the kernels (ARGS: JMH's own)
	@tools/bench-java org.openjdk.jmh.Main -rf json -rff bench/results/jmh.json $(ARGS)

.PHONY: bench-report
bench-report: bench-build ## write the tables of bench/results into the READMEs
	@tools/bench-java io.polaroid.bench.report.Report

MINUTES ?= 30
SEED ?=
CLUSTER_TEST = $(USE_JAVA); $(MVN) $(MAVEN_FLAGS) -Dstyle.skip test -pl topology -am -Dsurefire.failIfNoSpecifiedTests=false -Dmaven.test.redirectTestOutputToFile=false

.PHONY: failure-test
failure-test: tools ## instances are killed, leave and come back for MINUTES=30; SEED= repeats a run
	@$(CLUSTER_TEST) -Dtest=FailureIT -Dpolaroid.failure.minutes=$(MINUTES) $(if $(SEED),-Dpolaroid.failure.seed=$(SEED))

.PHONY: soak
soak: tools ## one instance works for MINUTES=30 and its memory must stay flat
	@$(CLUSTER_TEST) -Dtest=Soak -Dpolaroid.soak.minutes=$(MINUTES)

LIMIT ?= 640

.PHONY: limit-test
limit-test: tools ## state of ten times the memory of a process, LIMIT=640 MiB, 100,000 series and a skewed key
	@$(CLUSTER_TEST) -Dtest=StateLimit -Dpolaroid.limit.mb=$(LIMIT)

NOT_BUILT := bench bench-query bench-ingest image compose-up compose-down fuzz sbom docs dist
.PHONY: $(NOT_BUILT)
$(NOT_BUILT):
	@echo "make $@: not built yet" >&2; exit 1
