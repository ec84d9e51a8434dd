# Everything a person types: make run, make test, make check. Nothing else has to be installed or started.

PYTHON_BIN := .venv/bin
RUNTIME_STAMP := .venv/.runtime-installed
DEV_STAMP := .venv/.dev-installed

.DEFAULT_GOAL := help
.PHONY: help run reset test check bench shell requirements translations browser

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

$(RUNTIME_STAMP): requirements.txt .ci/venv
	@.ci/venv requirements.txt
	@touch $@

$(DEV_STAMP): requirements.txt requirements-dev.txt .ci/venv
	@.ci/venv requirements.txt requirements-dev.txt
	@touch $(RUNTIME_STAMP) $@

run: $(RUNTIME_STAMP) ## Open the square here (PORT=, DATABASE_URL=, REDIS_URL=, PARVIS_VAR=, DEMO=0)
	@exec $(PYTHON_BIN)/python manage.py run

reset: $(RUNTIME_STAMP) ## Erase what `make run` made under var/, after asking
	@exec $(PYTHON_BIN)/python manage.py reset

test: $(DEV_STAMP) browser ## Run every test: unit, integration, browser
	@exec $(PYTHON_BIN)/python -m pytest -q $(ARGS)

browser:
	@.ci/browser

check: $(DEV_STAMP) ## Lint, types, import contract, templates, migrations, translations, then every test
	$(PYTHON_BIN)/ruff check .
	$(PYTHON_BIN)/ruff format --check .
	$(PYTHON_BIN)/mypy manage.py config coop feeds
	$(PYTHON_BIN)/lint-imports
	git ls-files -z '*/jinja2/*.html' | xargs -0 -r $(PYTHON_BIN)/djangofmt --profile jinja --line-length 110 --check
	PARVIS_ENV=test $(PYTHON_BIN)/python manage.py check
	PARVIS_ENV=test $(PYTHON_BIN)/python manage.py makemigrations --check --dry-run
	$(PYTHON_BIN)/python -m config.translations
	@$(MAKE) --no-print-directory test

bench: $(DEV_STAMP) ## Measure the pages and the queries (see docs/reference/performance.md)
	@exec $(PYTHON_BIN)/python -m bench $(ARGS)

shell: $(RUNTIME_STAMP) ## A Python shell with the models loaded
	@exec $(PYTHON_BIN)/python manage.py shell

translations: $(DEV_STAMP) ## Bring the catalogues up to date with the source
	@exec $(PYTHON_BIN)/python -m config.translations --update

COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(PYTHON_BIN)/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

requirements: $(DEV_STAMP) ## Pin the dependencies of pyproject.toml again, with their hashes (UPGRADE=1 for newer ones)
	$(COMPILE) $(if $(UPGRADE),--upgrade) --extra embedded --output-file requirements.txt pyproject.toml
	$(COMPILE) $(if $(UPGRADE),--upgrade) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
