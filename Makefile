# Two commands on a fresh machine with Python 3.11 or newer, git and make:
#   make demo   sets up and checks the example reports
#   make test   sets up and runs the tests
# And for those who work on gouji:
#   make bench      how long reading takes, beside jieba
#   make figures    runs every command whose output stands in the documents, and puts it there (minutes)
#   make readers    other readers of tables beside gouji, for docs/tables.md (installs gigabytes; minutes)
#   make picture    the picture of the README (needs chromium)
PYTHON ?= python3
VENV ?= .venv
CHROMIUM ?= chromium
BIN := $(VENV)/bin

.PHONY: demo test lint unit bench figures picture readers clean

demo: $(VENV)/.installed
	$(BIN)/gouji check examples --out out/demo
	@echo
	@echo "逐份报告的页面 / one page a report: out/demo/index.html"

test: lint unit

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# mypy takes the name of the folder for that of a package, and a clone may be called anything
	mkdir -p .lint && ln -sfn .. .lint/checkout
	cd .lint && ../$(BIN)/mypy --config-file ../pyproject.toml checkout

unit: $(VENV)/.installed-dev
	$(BIN)/pytest -n 2 --dist loadfile

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks.speed

figures: $(VENV)/.installed-dev
	$(BIN)/gouji models card released --test 1000
	$(BIN)/python -m gouji.training.card README.md docs/models.md docs/corpus.md docs/learning.md docs/training.md docs/results.md

readers: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet -e '.[compare]'
	$(BIN)/python -m gouji.training.card docs/tables.md

picture: $(VENV)/.installed
	$(BIN)/gouji check examples --out out/picture --fresh --quiet
	page=$$(ls out/picture/pages/2-*.html) && \
	finding=$$(grep -o 'contradicted" id="f[0-9]*" data-keys="c[0-9]* k[0-9]*"' "$$page" | grep -o 'f[0-9]*' | tail -1) && \
	$(CHROMIUM) --headless --no-sandbox --disable-gpu --hide-scrollbars --force-prefers-reduced-motion \
		--virtual-time-budget=3000 --window-size=1180,760 --screenshot=docs/page.png \
		"file://$(CURDIR)/$$page#$$finding"

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gouji needs Python 3.11 or newer: make PYTHON=python3.11 demo")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) out build *.egg-info
