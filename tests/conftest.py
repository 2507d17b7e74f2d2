"""What holds for every test: a home of its own, a plain terminal, and no skip that goes unseen."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import run_cache

# Several workers with a thread for each core would only get in each other's way. This module is
# read before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The same examples on every run, and none refused for the time a busy machine took over it.
settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")

# Set by a terminal or a CI, these change what a program prints or where it looks.
UNWANTED = ("CLICOLOR_FORCE", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "HIBARI_HOME")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return two workers more than there are cores, since many tests wait in real time."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow tests, so that none of them runs alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def shared_results(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let xdist's workers share what is computed once in a run."""
    folder = tmp_path_factory.getbasetemp()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    run_cache.share_in((folder.parent if worker else folder) / "shared")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, bookmarks and voices of the test alone: never those of whoever runs it."""
    for name in [*UNWANTED, *(name for name in os.environ if name.startswith("DREAMERS_"))]:
        if name != "DREAMERS_TEST_ALL":
            monkeypatch.delenv(name, raising=False)
    home = tmp_path_factory.mktemp("home", numbered=True)
    monkeypatch.setenv("DREAMERS_HOME", str(home))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    return home


def nothing_may_be_skipped() -> bool:
    """Whether this machine has been given everything that any test needs."""
    return os.environ.get("DREAMERS_TEST_ALL") == "1"


def fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that gives the skip's reason."""
    if nothing_may_be_skipped() and report.skipped and not hasattr(report, "wasxfail"):
        where_and_why = report.longrepr
        reason = where_and_why[2] if isinstance(where_and_why, tuple) else where_and_why
        report.outcome = "failed"
        report.longrepr = f"{reason} (DREAMERS_TEST_ALL=1 lets no test be skipped)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skips itself."""
    report = yield
    fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips itself."""
    report = yield
    fail_if_skipped(report)
    return report
