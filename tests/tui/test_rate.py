from __future__ import annotations

from rproc_tui.tui.rate import Rate


def test_the_rate_is_the_mean_over_the_last_seconds() -> None:
    rate = Rate()
    for second in range(10):
        rate.sample(float(second), second * 12)
    assert rate.value == 12


def test_the_rate_comes_to_rest_when_nothing_arrives() -> None:
    rate = Rate()
    rate.sample(0.0, 0)
    rate.sample(1.0, 50)
    assert rate.value == 50
    changes = [rate.sample(1.0 + second, 50) for second in range(1, 9)]
    assert rate.value == 0
    assert not any(changes[-3:])


def test_a_line_now_and_then_counts_as_one() -> None:
    rate = Rate()
    for second in range(6):
        rate.sample(float(second), int(second >= 3))
    assert rate.value == 1


def test_samples_that_come_too_soon_change_nothing() -> None:
    rate = Rate()
    rate.sample(0.0, 0)
    assert not rate.sample(0.5, 1000)
    assert rate.value == 0
