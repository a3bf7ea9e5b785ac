from __future__ import annotations

import pytest

from tests.tui.conftest import haste, nobody, utc

__all__ = ["haste", "nobody", "utc"]


@pytest.fixture(autouse=True)
def timeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the history of crashes as often as it changes, and never measure how fast lines come."""
    monkeypatch.setattr("rproc_tui.tui.screens.crashes.HISTORY_EVERY", 0.0)
    monkeypatch.setattr("rproc_tui.tui.rate.Rate.sample", lambda *_: False)
