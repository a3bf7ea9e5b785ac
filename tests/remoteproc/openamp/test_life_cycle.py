from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.remoteproc.openamp import (
    OpenampError,
    OpenampState,
    Remoteproc,
    ReturnCode,
    config,
    create_virtio,
    get_notification,
    init,
    load,
    load_noblock,
    remove,
    set_rsc_table,
    shutdown,
    start,
    stop,
)
from rproc_tui.remoteproc.openamp.memory import add_mem, get_io_with_name, mmap
from tests.remoteproc.images import Image, Segment
from tests.remoteproc.openamp.remote import DDR, Notes, Remote, fails, seekable

S = OpenampState
IMAGE = Image(table=None, segments=[Segment(DDR, b"code")]).build()
OK = 0

Call = Callable[[Remoteproc | None], object]
CALLS: dict[str, Call] = {
    "remove": remove,
    "config": config,
    "load": lambda remoteproc: load(remoteproc, "m4.elf", seekable(IMAGE)),
    "load_noblock": lambda remoteproc: load_noblock(remoteproc, IMAGE),
    "start": start,
    "stop": stop,
    "shutdown": shutdown,
}

# call: (state before) -> (code, state after, operations that the driver saw)
RULES: dict[str, dict[OpenampState, tuple[int, OpenampState, list[str]]]] = {
    "remove": {s: (ReturnCode.EAGAIN, s, []) for s in S} | {S.OFFLINE: (OK, S.OFFLINE, ["remove"])},
    "config": {s: (ReturnCode.EINVAL, s, []) for s in S} | {S.OFFLINE: (OK, S.READY, ["config"])},
    "load": {s: (ReturnCode.EINVAL, s, []) for s in S} | {S.READY: (OK, S.READY, []), S.CONFIGURED: (OK, S.READY, [])},
    "load_noblock": {s: (ReturnCode.EINVAL, s, []) for s in S} | {S.READY: (OK, S.READY, [])},
    "start": {s: (ReturnCode.EINVAL, s, []) for s in S} | {S.READY: (OK, S.RUNNING, ["start"])},
    "stop": {s: (OK, S.STOPPED, ["stop"]) for s in S}
    | {S.STOPPED: (OK, S.STOPPED, []), S.OFFLINE: (OK, S.OFFLINE, [])},
    "shutdown": {s: (OK, S.OFFLINE, ["stop", "shutdown"]) for s in S}
    | {S.STOPPED: (OK, S.OFFLINE, ["shutdown"]), S.OFFLINE: (OK, S.OFFLINE, [])},
}


def code_of(call: Call, remoteproc: Remoteproc | None) -> int:
    try:
        call(remoteproc)
    except OpenampError as error:
        return error.code
    return OK


@pytest.mark.parametrize("before", S, ids=lambda state: state.word)
@pytest.mark.parametrize("name", CALLS)
def test_every_call_in_every_state(name: str, before: OpenampState) -> None:
    remote = Remote(state=before)
    code, after, seen = RULES[name][before]
    assert code_of(CALLS[name], remote.remoteproc) == code
    assert remote.state is after
    assert isinstance(remote.ops, Notes)
    assert remote.ops.calls == seen


@pytest.mark.parametrize("name", ["config", "load", "load_noblock", "start", "stop", "shutdown"])
def test_no_processor_is_no_device(name: str) -> None:
    assert code_of(CALLS[name], None) == ReturnCode.ENODEV


def test_what_other_calls_say_of_no_processor() -> None:
    assert init(None, Notes()) is None
    assert init(Remoteproc(), None) is None
    assert code_of(remove, None) == ReturnCode.EINVAL
    assert create_virtio(None, 0, 0) is None
    assert mmap(None, 0, 0, 16) is None
    assert get_io_with_name(None, "tcm") is None
    add_mem(None, None)
    get_notification(None, 0)
    with fails(ReturnCode.EINVAL):
        set_rsc_table(None, memoryview(bytearray(16)))


def test_init_forgets_everything_but_the_log() -> None:
    remote = Remote(state=S.RUNNING)
    remote.remoteproc.notify_ids.allocate(3)
    remote.remoteproc.bootaddr = 5
    log = remote.remoteproc.log
    again = init(remote.remoteproc, Notes(), "private")
    assert again is remote.remoteproc
    assert (again.state, again.mems, again.bootaddr, again.private) == (S.OFFLINE, [], 0, "private")
    assert again.notify_ids.taken == set()
    assert again.log is log


def test_the_drivers_init_decides_what_the_processor_is() -> None:
    other = Remoteproc()

    class Other:
        def init(self, _remoteproc: Remoteproc, private: object) -> Remoteproc | None:
            return other if private else None

    assert init(Remoteproc(), Other(), private=True) is other
    assert init(Remoteproc(), Other(), private=False) is None


@pytest.mark.parametrize(
    ("name", "before", "code", "after"),
    [
        ("remove", S.OFFLINE, OK, S.OFFLINE),
        ("config", S.OFFLINE, OK, S.READY),
        ("start", S.READY, ReturnCode.ENODEV, S.READY),
        ("stop", S.RUNNING, ReturnCode.ENODEV, S.RUNNING),
        ("shutdown", S.RUNNING, OK, S.OFFLINE),
        ("shutdown", S.STOPPED, OK, S.OFFLINE),
    ],
)
def test_a_driver_without_operations(name: str, before: OpenampState, code: int, after: OpenampState) -> None:
    remote = Remote(object(), before)
    assert code_of(CALLS[name], remote.remoteproc) == code
    assert remote.state is after


@pytest.mark.parametrize(
    ("name", "operation", "before", "after"),
    [
        ("config", "config", S.OFFLINE, S.READY),
        ("start", "start", S.READY, S.RUNNING),
        ("stop", "stop", S.RUNNING, S.STOPPED),
        ("shutdown", "stop", S.RUNNING, S.RUNNING),
        ("shutdown", "shutdown", S.RUNNING, S.RUNNING),
        ("shutdown", "shutdown", S.STOPPED, S.STOPPED),
    ],
)
def test_a_drivers_code_is_passed_on_and_only_shutdown_keeps_the_state(
    name: str, operation: str, before: OpenampState, after: OpenampState
) -> None:
    remote = Remote(Notes(**{operation: -77}), before)
    assert code_of(CALLS[name], remote.remoteproc) == -77
    assert remote.state is after


@pytest.mark.parametrize(("name", "before"), [("stop", S.RUNNING), ("shutdown", S.RUNNING), ("shutdown", S.STOPPED)])
def test_stopping_gives_all_notify_ids_back(name: str, before: OpenampState) -> None:
    remote = Remote(state=before)
    remote.remoteproc.notify_ids.allocate(3)
    CALLS[name](remote.remoteproc)
    assert remote.ids == set()


def test_a_shutdown_that_fails_keeps_the_notify_ids() -> None:
    remote = Remote(Notes(shutdown=-1), S.RUNNING)
    remote.remoteproc.notify_ids.allocate(3)
    assert code_of(shutdown, remote.remoteproc) == ReturnCode.ENOMEM
    assert remote.ids == {3}


@pytest.mark.parametrize("state", [S.READY, S.STOPPED], ids=lambda state: state.word)
def test_a_processor_that_is_ready_or_stopped_keeps_its_memory(state: OpenampState) -> None:
    remote = Remote(state=S.CONFIGURED)
    load(remote.remoteproc, "m4.elf", seekable(IMAGE))
    if state is S.STOPPED:
        start(remote.remoteproc)
        stop(remote.remoteproc)
    assert remote.state is state
    assert bytes(remote.ddr[:4]) == b"code"
    assert get_io_with_name(remote.remoteproc, "ddr") is not None


def test_the_only_way_on_from_stopped_is_shutdown() -> None:
    remote = Remote(state=S.STOPPED)
    for name in ("config", "load", "load_noblock", "start"):
        assert code_of(CALLS[name], remote.remoteproc) == ReturnCode.EINVAL
    for name in ("shutdown", "config", "load", "start"):
        assert code_of(CALLS[name], remote.remoteproc) == OK
    assert remote.state is S.RUNNING


def model(name: str, state: OpenampState, failing: dict[str, int]) -> tuple[int, OpenampState]:
    """What the table of the specification says, in other words than the code has."""
    asleep = state in (S.OFFLINE, S.STOPPED)
    if name == "remove":
        return (failing.get(name, OK) if state is S.OFFLINE else ReturnCode.EAGAIN), state
    if name == "stop":
        return (OK, state) if asleep else (failing.get(name, OK), S.STOPPED)
    if name == "shutdown":
        code = OK if asleep else failing.get("stop", OK)
        code = code or (failing.get(name, OK) if state is not S.OFFLINE else OK)
        return code, state if code else S.OFFLINE
    wanted, after = {
        "config": (S.OFFLINE, S.READY),
        "load": (S.READY, S.READY),
        "load_noblock": (S.READY, S.READY),
        "start": (S.READY, S.RUNNING),
    }[name]
    return (failing.get(name, OK), after) if state is wanted else (ReturnCode.EINVAL, state)


@given(
    calls=st.lists(st.sampled_from(sorted(CALLS)), max_size=12),
    failing=st.dictionaries(
        st.sampled_from(["config", "start", "stop", "shutdown", "remove"]), st.sampled_from([-2, -77]), max_size=2
    ),
)
@settings(max_examples=150, deadline=None)
def test_any_sequence_of_calls_goes_where_the_model_goes(calls: list[str], failing: dict[str, int]) -> None:
    remote = Remote(Notes(**failing), S.OFFLINE)
    state = S.OFFLINE
    for name in calls:
        code, state = model(name, state, failing)
        assert (code_of(CALLS[name], remote.remoteproc), remote.state) == (code, state)
    assert not remote.remoteproc.lock.locked()
