"""For which core a file was compiled, and which cores execute that."""

from __future__ import annotations

import dataclasses

import pytest

from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.fit import other_core
from rproc_tui.firmware.inspect import facts
from tests.firmware.images import firmware


def compiled_for(core: str | None) -> FirmwareFacts:
    found = facts("x.elf", firmware(), len(firmware()))
    assert found.elf is not None
    return dataclasses.replace(found, elf=dataclasses.replace(found.elf, core=core))


@pytest.mark.parametrize(
    ("compiled", "core"),
    [
        ("Cortex-M4", "Cortex-M4"),
        ("Cortex-M0+", "Cortex-M33"),
        ("Cortex-M4", "Cortex-M4F"),
        ("Cortex-M3", "Cortex-M7"),
        ("Cortex-R5", "Cortex-R5F"),
        ("Cortex-R5", "Cortex-R52"),
        ("Armv7E-M", "Cortex-M4"),
        ("Armv6S-M", "Cortex-M0"),
        ("rv32imac_zicsr", "RV32IMAC"),
        ("rv32imac", "RV32GC"),
        (None, "Cortex-M4"),
        ("Cortex-M4", None),
        ("Cortex-M4", "PRU"),
        ("Armv9-A", "Cortex-M4"),
    ],
)
def test_a_core_executes_this_or_nobody_knows(compiled: str | None, core: str | None) -> None:
    assert other_core(compiled_for(compiled), core) is None


@pytest.mark.parametrize(
    ("compiled", "core"),
    [
        ("Cortex-M33", "Cortex-M4"),
        ("Cortex-M4", "Cortex-M0+"),
        ("Armv7E-M", "Cortex-M3"),
        ("Armv8-M mainline", "Cortex-M7"),
        ("Cortex-M4", "Cortex-R5F"),
        ("Cortex-R52", "Cortex-R5F"),
        ("rv64imac", "RV32IMAC"),
        ("rv32imafc", "RV32IMAC"),
    ],
)
def test_a_core_lacks_some_of_what_it_was_compiled_for(compiled: str, core: str) -> None:
    assert other_core(compiled_for(compiled), core) == compiled
