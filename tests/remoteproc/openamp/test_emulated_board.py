"""OpenAMP's life cycle on a processor of the demo board, whose firmware really runs."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.emulator.board import load_board
from rproc_tui.firmware.inspect import facts
from rproc_tui.model.processor import State
from rproc_tui.model.resource_table import TraceEntry
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.openamp import (
    DriverOps,
    OpenampState,
    Remoteproc,
    SeekableStore,
    config,
    init,
    load,
    mmap,
    shutdown,
    start,
    stop,
)
from tests.emulator.kernel import Powered

NAME = "m33"


class Processor:
    """One that the board does not boot by itself."""

    def __init__(self, powered: Powered) -> None:
        self.powered = powered
        self.rproc: Rproc = powered.processor(NAME)
        self.image = powered.kernel.files[f"/lib/firmware/{self.rproc.firmware}"]
        made = init(Remoteproc(), DriverOps(self.rproc))
        assert made is not None
        self.remoteproc = made
        self.store = SeekableStore(lambda path: io.BytesIO(powered.kernel.read_file(f"/lib/firmware/{path}")))

    def load(self) -> None:
        config(self.remoteproc)
        load(self.remoteproc, self.rproc.firmware, self.store)

    def log(self) -> bytes:
        """Its first trace buffer, up to the first NUL; OpenAMP itself shows none."""
        table = facts(NAME, self.image, len(self.image)).resource_table
        assert table is not None
        entry = next(entry for entry in table.entries if isinstance(entry, TraceEntry))
        mapping = mmap(self.remoteproc, None, entry.da, entry.len)
        assert mapping is not None
        return bytes(mapping.view).split(b"\0")[0]


@pytest.fixture
def processor() -> Iterator[Processor]:
    with Powered(load_board()) as powered:
        yield Processor(powered)


def test_it_is_looked_at_before_it_runs_and_after_it_stopped(processor: Processor) -> None:
    remoteproc, rproc = processor.remoteproc, processor.rproc
    processor.load()
    assert (remoteproc.state, rproc.state) == (OpenampState.READY, State.OFFLINE)
    assert processor.log() == b""
    entry = rproc.da_to_va(remoteproc.bootaddr & ~1, 16)
    assert entry is not None
    assert any(entry)

    start(remoteproc)
    processor.powered.wait(lambda: processor.log().count(b"\n") > 0)
    assert rproc.state is State.RUNNING

    stop(remoteproc)
    assert (remoteproc.state.word, rproc.state.value) == ("stopped", "offline")
    assert processor.log().count(b"\n") > 0
    shutdown(remoteproc)
    assert rproc.power == 0


def test_the_kernel_can_have_it_afterwards(processor: Processor) -> None:
    processor.load()
    start(processor.remoteproc)
    shutdown(processor.remoteproc)
    processor.rproc.boot()
    assert processor.rproc.state is State.RUNNING
