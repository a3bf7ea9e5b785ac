from __future__ import annotations

import json
from dataclasses import replace

from rproc_tui.linux.json import host_object, processor_object
from rproc_tui.model.processor import HostState, Note, Processor, ProcessorKey, State
from rproc_tui.model.watch import Watch

FULL = Processor(
    ProcessorKey("demo", "/sys/devices/platform/soc/10000000.m4"),
    "remoteproc0",
    "m4",
    State.RUNNING,
    firmware="hub.elf",
    driver="stm32-rproc",
    compatible=("st,stm32mp1-m4",),
    core="Cortex-M4",
    recovery="enabled",
    coredump="disabled",
    crashes=0,
    power=1,
    traces=("trace0",),
)
KEYS = (
    "id name state firmware driver device compatible core recovery coredump crashes power traces watched writable notes"
)


def test_a_processor_has_the_keys_of_the_format_in_order() -> None:
    assert processor_object(FULL) == {
        "id": "remoteproc0",
        "name": "m4",
        "state": "running",
        "firmware": "hub.elf",
        "driver": "stm32-rproc",
        "device": "10000000.m4",
        "compatible": ["st,stm32mp1-m4"],
        "core": "Cortex-M4",
        "recovery": "enabled",
        "coredump": "disabled",
        "crashes": 0,
        "power": 1,
        "traces": ["trace0"],
        "watched": False,
        "writable": True,
        "notes": [],
    }
    assert list(processor_object(FULL)) == KEYS.split()


def test_what_is_unknown_is_null_and_keeps_its_key() -> None:
    bare = Processor(ProcessorKey("demo", "/sys/devices/platform/x"), "remoteproc1", "x", State.UNKNOWN)
    out = processor_object(bare)
    assert list(out) == KEYS.split()
    unknown = {"firmware", "driver", "core", "recovery", "coredump", "crashes", "power"}
    assert {key for key, value in out.items() if value is None} == unknown


def test_notes_and_the_watch_are_told_in_plain_json() -> None:
    special = replace(FULL, notes=frozenset({Note.STUCK, Note.HELD}), watch=Watch("/x"))
    out = json.loads(json.dumps(processor_object(special)))
    assert (out["notes"], out["watched"], out["state"]) == (["held", "stuck"], True, "running")


def test_a_host_holds_its_processors() -> None:
    host = HostState("demo", "emulated", kernel="6.12", processors=(FULL,))
    out = json.loads(json.dumps(host_object(host)))
    assert list(out) == ["label", "kind", "kernel", "error", "processors"]
    assert (out["label"], out["kernel"], out["error"]) == ("demo", "6.12", None)
    assert out["processors"] == [json.loads(json.dumps(processor_object(FULL)))]
