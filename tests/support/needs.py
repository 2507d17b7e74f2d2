"""What some tests need beyond pip: asked for by name, so that each skip says its reason.

With ``DREAMERS_TEST_ALL=1`` every skip is a failure (see ``conftest.py``): whoever sets it has
installed all that the tests can use.
"""

import importlib.util
import shutil

import pytest


def need(*programs: str) -> None:
    """Skip the test (or the module that calls this) where a program is not on the path."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}: not installed", allow_module_level=True)


def need_package(*packages: str) -> None:
    """Skip the test where an optional Python package (an import name) is not installed."""
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    if missing:
        reason = f"needs the Python package {' and '.join(missing)}: not installed"
        pytest.skip(reason, allow_module_level=True)
