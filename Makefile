# The commands people run. `make demo` needs Python 3.11 or later with venv, make and git; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP := $(BIN)/python -m pip --quiet --no-input
# --no-deps: the lock is complete, and a lock with hashes is all that may be installed.
INSTALL := $(PIP) install --require-hashes --only-binary :all: --no-deps

.PHONY: install spark demo test check site faults bench bench-full load sbom audit lock npm system clean

install: $(VENV)/.run

$(VENV)/.created:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.run: $(VENV)/.created requirements/run.lock
	$(INSTALL) -r requirements/run.lock
	echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/mashlink.pth"
	printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m mashlink "$$@"\n' > $(BIN)/mashlink && chmod +x $(BIN)/mashlink
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	$(INSTALL) -r requirements/dev.lock
	touch $@

# pyspark is published as source alone, with the whole of Spark in it: its wheel is built here, by the setuptools of a lock.
spark: $(VENV)/.spark

$(VENV)/.spark: $(VENV)/.run requirements/spark-build.lock requirements/spark.lock
	$(INSTALL) -r requirements/spark-build.lock
	$(INSTALL) --no-binary pyspark --no-build-isolation -r requirements/spark.lock
	touch $@

demo: install
	$(BIN)/mashlink demo

# Debian's packages that the browser and provider tests need; by apt as root, otherwise named for the reader.
system:
	@sh tests/install-system-packages.sh

npm: system
	@if command -v npm >/dev/null; then cd tests/provider && npm ci --silent --no-audit --no-fund; fi

test: $(VENV)/.dev npm
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not faults"

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m mashlink docs --check
	$(BIN)/zensical build --strict --clean

# The documentation as pages to read in a browser, in site/.
site: $(VENV)/.dev
	$(BIN)/python -m mashlink docs
	$(BIN)/zensical build --strict --clean

faults: $(VENV)/.dev $(VENV)/.spark npm
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m faults --timeout 3600

# benchmarks/README.md. For example: make bench OPTIONS="--resume --patience 3"
bench: $(VENV)/.dev $(VENV)-operations/.done
	$(BIN)/python -m benchmarks $(OPTIONS)

bench-full: $(VENV)/.dev $(VENV)-operations/.done
	$(BIN)/python -m benchmarks --full $(OPTIONS)

# Tools apart from what is shipped: load, and what a hub's security team asks for, which is the list of parts (CycloneDX)
# and whether an advisory stands against one of them. The auditor asks the advisories of PyPI, so it needs the network.
$(VENV)-operations/.done: requirements/operations.lock
	$(PYTHON) -m venv $(VENV)-operations
	$(VENV)-operations/bin/python -m pip --quiet --no-input install --require-hashes --only-binary :all: --no-deps -r requirements/operations.lock
	touch $@

# Fifty people at once for two minutes, on loopback.
load: $(VENV)/.dev $(VENV)-operations/.done
	$(BIN)/python -m benchmarks.load $(OPTIONS)

sbom: $(VENV)-operations/.done
	mkdir -p dist
	$(VENV)-operations/bin/cyclonedx-py requirements requirements/run.lock --pyproject pyproject.toml --output-reproducible -o dist/sbom.json

audit: $(VENV)-operations/.done
	$(VENV)-operations/bin/pip-audit --requirement requirements/run.lock --disable-pip --require-hashes --strict

# Needs uv on the PATH. No index address is written into a lock.
UV := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header
lock:
	$(UV) pyproject.toml -o requirements/run.lock
	$(UV) pyproject.toml --group dev -c requirements/run.lock -o requirements/dev.lock
	$(UV) --group operations -o requirements/operations.lock
	$(UV) --group spark-build -o requirements/spark-build.lock
	$(UV) pyproject.toml --extra spark -c requirements/run.lock -o requirements/spark.lock

clean:
	rm -rf $(VENV) $(VENV)-operations demo site dist .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/provider/node_modules
