.PHONY: help app check components test pictures wheel

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

app: ## run the app, watching its files
	streamlit run app.py --server.fileWatcherType auto

check: ## format, lint, types
	ruff format . && ruff check . && ty check

components: ## format, lint, types and tests of the JavaScript (needs Node)
	npm ci --silent --no-audit --no-fund && npm run --silent format && npm run --silent check

test: ## all tests
	pytest

pictures: ## the README's pictures and docs/architecture.svg, made anew
	python -m benchmarks.readme_pictures
	python -m docs.draw_architecture

wheel: ## build the wheel and try it in a clean environment
	.ci/try_wheel
