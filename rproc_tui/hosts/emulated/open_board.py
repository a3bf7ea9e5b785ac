"""Makes an emulated host from a board: the bundled one, or a user's device tree source."""

from __future__ import annotations

import os
import re

from rproc_tui.clock import SystemClock
from rproc_tui.emulator.board import Board, load_board
from rproc_tui.hosts.emulated.firmware_folder import furnish, user_folder
from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.emulated.kernel import SoftKernel
from rproc_tui.remoteproc.profile import DEFAULT_PROFILE


def open_board(path: str | None = None, *, firmware_folder: str | None = None) -> EmulatedHost:
    """The host of a board; None is the demo board. BoardError and EmulatorMissing say why there is none.

    A firmware folder that is named is used as it is; the user's own is made, with the firmware that the board brings.
    """
    return host_of(load_board(path), path, firmware_folder=firmware_folder)


def host_of(board: Board, path: str | None = None, *, firmware_folder: str | None = None) -> EmulatedHost:
    """The same for a board that was loaded from there."""
    label = "demo" if path is None else re.sub(r"[^\w.-]", "_", os.path.splitext(os.path.basename(path))[0])
    if firmware_folder is None:
        firmware_folder = user_folder(label)
        furnish(firmware_folder, board.firmware_folder)
    mount = FirmwareMount(firmware_folder)
    return EmulatedHost(label, board, SoftKernel(DEFAULT_PROFILE, SystemClock(), mount), mount)
