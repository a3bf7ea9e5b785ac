"""What every test may ask for: a board of plain memory as a host."""

from __future__ import annotations

import pathlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from rproc_tui.clock import SystemClock
from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.emulated.kernel import SoftKernel
from rproc_tui.remoteproc.profile import DEFAULT_PROFILE
from tests.plain_board import PlainBoard, firmware

settings.register_profile("project", deadline=None)  # a busy machine is no failure
settings.load_profile("project")


@pytest.fixture
def firmware_folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """The board's /lib/firmware, with a firmware that boots on each of its processors."""
    folder = tmp_path / "firmware"
    folder.mkdir()
    for name in ("m4", "dsp"):
        (folder / f"{name}.elf").write_bytes(firmware())
    return folder


@pytest.fixture
def plain_board() -> PlainBoard:
    return PlainBoard()


@pytest.fixture
async def plain_host(plain_board: PlainBoard, firmware_folder: pathlib.Path) -> AsyncIterator[EmulatedHost]:
    """A host with two processors, m4 and dsp, both offline."""
    mount = FirmwareMount(str(firmware_folder))
    host = EmulatedHost("plain", plain_board, SoftKernel(DEFAULT_PROFILE, SystemClock(), mount), mount)
    yield host
    await host.close()
