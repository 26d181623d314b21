# make run | test | lint | package | clean - each makes .venv first and installs what it needs, once.

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check
INSTALLED := $(VENV)/.installed
DEVELOPED := $(VENV)/.developed

# What Qt needs of the system; Debian's and Ubuntu's names. `make libraries` prints them.
LIBRARIES := libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 \
	libxcb-shape0 libxcb-xkb1 libxcb-render-util0 libxcb-image0 libxcb-randr0 libxcb-xinerama0 \
	libdbus-1-3 libfontconfig1 libglib2.0-0

# The first Python of 3.11 to 3.13 that works.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
BASE ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c "$(FITS)" 2>/dev/null && echo $$each && break; done)

.PHONY: run test lint package clean libraries
.DELETE_ON_ERROR:

run: $(INSTALLED)
	@$(check_libraries)
	$(PYTHON) main.py

test: $(DEVELOPED)
	@$(check_libraries)
	$(PYTHON) -m pytest

lint: $(DEVELOPED)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

package: $(DEVELOPED)
	@test "$$(uname)" != Linux || command -v objdump >/dev/null || { \
		echo "Packaging needs objdump. On Debian and Ubuntu: sudo apt-get install binutils"; exit 1; }
	$(VENV)/bin/pyinstaller --noconfirm packaging/safelight.spec

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

libraries:
	@echo $(LIBRARIES)

$(PYTHON):
	@test -n "$(BASE)" || { echo "Safelight needs Python 3.11, 3.12 or 3.13, and found none."; \
		echo "On Debian and Ubuntu: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(BASE) -c "import ensurepip, venv" 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian and Ubuntu:"; \
		echo "    sudo apt-get install python3-venv"; exit 1; }
	$(BASE) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"

$(INSTALLED): pyproject.toml | $(PYTHON)
	@echo "Installing into $(VENV): a few minutes and about 6 GB, once."
	$(PIP) install -e .
	@touch $@

$(DEVELOPED): pyproject.toml | $(PYTHON)
	@echo "Installing into $(VENV): a few minutes and about 6 GB, once."
	$(PIP) install -e . --group dev
	@touch $(INSTALLED) $@

# Qt dies without a word people understand where the system lacks a library, so look first.
define check_libraries
if command -v ldd >/dev/null && \
	ldd $(VENV)/lib/python*/site-packages/PySide6/Qt/plugins/platforms/libqxcb.so \
		$(VENV)/lib/python*/site-packages/PySide6/QtGui.abi3.so 2>/dev/null | grep 'not found'; then \
	echo "The window needs these system libraries too. On Debian and Ubuntu:"; \
	echo "    sudo apt-get install $(LIBRARIES)"; \
fi
endef
