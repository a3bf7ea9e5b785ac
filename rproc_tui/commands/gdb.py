"""`gdb ID`: lets GDB attach to an emulated processor; says how, and serves it until it goes."""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import sys
from typing import TYPE_CHECKING

from rproc_tui.commands import where
from rproc_tui.commands.act import exit_code, tell
from rproc_tui.commands.session import controller_for, find
from rproc_tui.controller.controller import Controller
from rproc_tui.errors import NotPermitted, UsageError
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor, ProcessorKey

if TYPE_CHECKING:
    from rproc_tui.emulator.board import Board
    from rproc_tui.emulator.debug_port import DebugPort


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("id", metavar="ID", help="remoteproc0, 0, or the processor's name")
    text = "the port of this machine to listen on; any that is free when missing"
    parser.add_argument("--port", metavar="N", type=_port, default=0, help=text)
    parser.add_argument("--halt", action="store_true", help="start it anew and hold it before its first instruction")


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 0xFFFF:
        raise argparse.ArgumentTypeError(f"{number} is no port")
    return number


def run(options: argparse.Namespace) -> int:
    """Serve one GDB; 0 when it has gone."""
    if not options.demo and not options.board:
        hint = "put --demo or --board FILE.dts in front; a real one is debugged through its probe"
        raise UsageError("gdb is for emulated processors", hint=hint)
    if options.read_only:
        raise NotPermitted("a debugger changes what it looks at", hint="leave --read-only out")
    where.check(options)
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    from rproc_tui.emulator.board import load_board  # noqa: PLC0415 (the engine stays out of other verbs)
    from rproc_tui.emulator.gdb.server import listen, serve  # noqa: PLC0415
    from rproc_tui.hosts.emulated.open_board import host_of  # noqa: PLC0415

    board = load_board(options.board)
    listener = await listen(options.port)
    try:
        host = host_of(board, options.board, firmware_folder=options.firmware_folder)
        async with controller_for(options, [host]) as controller:
            processor = find(controller.snapshot, options.id)
            port = debug_port(board, processor)
            refused = await _start(controller, processor, port, held=options.halt)
            if refused is not None:
                return refused
            print(command_line(_now(controller, processor.key), listener.port, board.sources), flush=True)
            print(f"{processor.name} waits for GDB on port {listener.port}; ^C ends it", file=sys.stderr, flush=True)
            await serve(listener, port)
            print("GDB is gone", file=sys.stderr)
    finally:
        await listener.close()
    return 0


def debug_port(board: Board, processor: Processor) -> DebugPort:
    """Where a debugger gets hold of a processor of a board."""
    port = board.debug_port(os.path.basename(processor.key.device))
    if port is None:
        raise UsageError(f"{processor.name} is not one of the board's own processors")
    return port


async def _start(controller: Controller, processor: Processor, port: DebugPort, *, held: bool) -> int | None:
    """Boot it when it is off, or anew when it is to be held; the exit code when that fails."""
    if processor.state.is_up and not held:
        return None
    port.holds_next = held
    for verb in (Verb.STOP, Verb.BOOT) if processor.state.is_up else (Verb.BOOT,):
        outcome = await controller.act(processor.key, verb)
        if not outcome.ok:
            tell(processor, outcome)
            return exit_code(outcome)
    return None


def _now(controller: Controller, key: ProcessorKey) -> Processor:
    return next(processor for processor in controller.snapshot.processors if processor.key == key)


def command_line(processor: Processor, port: int, sources: str | None) -> str:
    """What to type, in another terminal."""
    words = ["gdb-multiarch"]
    if processor.firmware_local_path is not None:
        words.append(processor.firmware_local_path)
    if sources is not None:
        words += ["-ex", f"directory {sources}"]
    return shlex.join([*words, "-ex", f"target remote 127.0.0.1:{port}"])
