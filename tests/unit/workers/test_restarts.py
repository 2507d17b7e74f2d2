"""The delays between the starts of a child that keeps failing."""

import pytest

from player.workers.restarts import Restarts


def delays(restarts: Restarts, failures: int) -> list[float]:
    found = []
    for _ in range(failures):
        restarts.record_failure(100.0)
        found.append(restarts.not_before - 100.0)
    return found


def test_a_child_may_be_started_before_it_has_failed() -> None:
    assert Restarts(1.0, 30.0).not_before < 0.0


def test_each_failure_doubles_the_delay_up_to_a_maximum() -> None:
    assert delays(Restarts(1.0, 6.0), 5) == [1.0, 2.0, 4.0, 6.0, 6.0]


def test_the_first_failure_may_cause_no_delay() -> None:
    assert delays(Restarts(1.0, 6.0, retry_at_once=True), 5) == [0.0, 1.0, 2.0, 4.0, 6.0]


def test_success_forgets_the_failures() -> None:
    restarts = Restarts(1.0, 6.0)
    delays(restarts, 3)
    restarts.reset()
    assert restarts.failures == 0
    assert delays(restarts, 2) == [1.0, 2.0]


@pytest.mark.parametrize("failures", [100, 2_000])
def test_any_number_of_failures_has_a_delay(failures: int) -> None:
    assert delays(Restarts(1.0, 6.0), failures)[-1] == 6.0
