from __future__ import annotations

import pytest

from rproc_tui.linux.channel_trouble import why_no_channels
from rproc_tui.model.processor import Processor, ProcessorKey, State
from rproc_tui.model.resource_table import ResourceTable, TraceEntry, VdevEntry
from rproc_tui.model.rpmsg import Rpmsg, RpmsgChannel

NO_DEVICE = ResourceTable((TraceEntry(0, None, 0x1000, 0x100, "log"),), num=1)
KEY = ProcessorKey("demo", "/sys/devices/platform/m4")


def with_device(*, status: int = 7, features: int = 1, kind: int = 7) -> ResourceTable:
    return ResourceTable((VdevEntry(0, None, kind, 0, 1, features, 0, status, 2, ()),), num=1)


@pytest.mark.parametrize(
    ("state", "table", "sentence"),
    [
        (State.OFFLINE, None, "m4 is offline: channels come with its firmware, `boot` it first"),
        (State.CRASHED, with_device(), "m4 is crashed"),
        (State.RUNNING, None, "the resource table of m4 cannot be seen"),
        (State.RUNNING, NO_DEVICE, "has no rpmsg device"),
        (State.RUNNING, with_device(kind=3), "has no rpmsg device"),
        (State.RUNNING, with_device(status=3), "is virtio_rpmsg_bus loaded?"),
        (State.RUNNING, with_device(features=0), "no name service"),
        (State.ATTACHED, with_device(), "has announced no channel so far"),
    ],
)
def test_an_empty_bus_says_why(state: State, table: ResourceTable | None, sentence: str) -> None:
    found = why_no_channels(Processor(KEY, "remoteproc0", "m4", state, resource_table=table))
    assert found is not None
    assert sentence in found


def test_where_there_are_channels_there_is_nothing_to_say() -> None:
    rpmsg = Rpmsg((RpmsgChannel("virtio0.a.-1.1024", "a", None, 1024),))
    assert why_no_channels(Processor(KEY, "remoteproc0", "m4", State.RUNNING, rpmsg=rpmsg)) is None
