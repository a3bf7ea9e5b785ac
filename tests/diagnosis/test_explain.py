"""Each rule sees its failure and keeps quiet about others."""

from __future__ import annotations

import errno

import pytest

from rproc_tui.diagnosis.explain import Failure, explain
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor, ProcessorKey, State

M4 = Processor(
    ProcessorKey("board", "/sys/devices/platform/10000000.m4"),
    "remoteproc0",
    "m4",
    State.OFFLINE,
    firmware="hub.elf",
    regions=(
        Region("retram", 0x0, 0x10000, RegionKind.INTERNAL),
        Region("sram", 0x1000_0000, 0x60000, RegionKind.INTERNAL),
    ),
)


def failed(number: int, *lines: str, verb: Verb = Verb.BOOT) -> tuple[str, ...]:
    said = tuple(KernelLine(n, 0.0, 3, f"remoteproc remoteproc0: {line}") for n, line in enumerate(lines))
    return explain(Failure(verb, number, said, M4, None))


@pytest.mark.parametrize(
    ("number", "lines", "words"),
    [
        (errno.ENOENT, ("Direct firmware load for hub.elf failed with error -2",), "no file hub.elf"),
        (errno.ETXTBSY, ("request_firmware failed: -26",), "open for writing"),
        (errno.EINVAL, ("bad phdr da 0x20000000 mem 0x8f4",), "lies in no memory of m4"),
        (errno.EINVAL, ("bad phdr da 0x20000000 mem 0x8f4",), "the nearest is sram"),
        (errno.ENOMEM, ("failed to allocate dma memory: len 0x1000",), "shared-dma-pool"),
        (errno.ENOMEM, ("Registered carveout doesn't fit len request",), "does not fit the reserved memory"),
        (errno.EACCES, (), "only root"),
    ],
)
def test_a_known_failure_gets_its_cause(number: int, lines: tuple[str, ...], words: str) -> None:
    assert any(words in sentence for sentence in failed(number, *lines))


def test_an_unknown_failure_gets_no_guess() -> None:
    assert failed(errno.ETIMEDOUT, "can't start rproc m4: -110") == ()


def test_a_stop_that_fails_is_not_blamed_on_the_firmware() -> None:
    assert failed(errno.ENOENT, verb=Verb.STOP) == ()
