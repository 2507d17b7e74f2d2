"""Results that are computed once in a test run and shared by all of its processes.

The first process that asks computes and stores the result, and the others wait for it. The folder
lies in pytest's temporary folder of this run, so no run sees what an earlier one has stored.
"""

import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

_folders: list[Path] = []
_results: dict[str, object] = {}


def share_in(folder: Path) -> None:
    """Store results in ``folder`` from now on; without it, each process computes its own."""
    _folders[:] = [folder]


def once_per_run(name: str, compute: Callable[[], Result]) -> Result:
    """Return the result stored as ``name``, or else compute it (it must be picklable)."""
    if name not in _results:
        _results[name] = _stored(_folders[0], name, compute) if _folders else compute()
    return _results[name]  # type: ignore[return-value]


def _stored(folder: Path, name: str, compute: Callable[[], Result]) -> Result:
    path = folder / f"{name}.pickle"
    folder.mkdir(exist_ok=True)
    with _locked(folder / f"{name}.lock"):
        if path.exists():
            stored: Result = pickle.loads(path.read_bytes())
            return stored
        result = compute()
        path.write_bytes(pickle.dumps(result))
        return result


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that the system releases when its process ends, however that happens."""
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                with suppress(OSError):  # after ten seconds it gives up
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
