"""`rproc-tui [where] [verb] [options]`: finds the verb, imports only it, turns what goes wrong into an exit code."""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Protocol, cast

from rproc_tui import __version__
from rproc_tui.commands import screen_options, source_map, where
from rproc_tui.errors import NotPermitted, RprocTuiError, UsageError
from rproc_tui.sanitise import sanitise

if TYPE_CHECKING:
    from rproc_tui.commands.screen_facts import ScreenFacts

EXIT_INTERRUPTED = 130


OpenScreen = Callable[[argparse.Namespace], int]


class VerbModule(Protocol):
    """What each verb's file offers."""

    def prepare_parser(self, parser: argparse.ArgumentParser) -> None:
        """Add the verb's own arguments."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it; the answer is the exit code."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: the file that does it, and what help says of it."""

    module: str
    summary: str
    where: frozenset[str] = where.ANY
    """The options behind it that say which machine is meant."""


VERBS = {
    "list": Verb("list_processors", "every processor: name, state, firmware, driver"),
    "show": Verb("show", "one processor, everything known"),
    "boot": Verb("act", "boot processors, and say what became of it"),
    "stop": Verb("act", "stop processors"),
    "detach": Verb("act", "let attached processors run on without the kernel"),
    "recover": Verb("act", "recover crashed processors"),
    "reload": Verb("act", "stop, load the firmware file as it is now, start"),
    "wait": Verb("wait", "wait until processors are in a state; exit 1 when they do not come to it in time"),
    "watch": Verb("watch", "reload whenever a firmware file has become another good build, until interrupted"),
    "diff": Verb("diff", "what changed between two builds of a firmware", where.NOWHERE),
    "firmware": Verb("firmware", "show or set the firmware that a processor loads"),
    "trace": Verb("trace", "the log of processors, merged by time when there are several"),
    "rpmsg": Verb("rpmsg", "the channels of a processor; send a message on one, listen to one"),
    "inspect": Verb("inspect", "what is in a firmware file", where.NOWHERE),
    "doctor": Verb("doctor", "what this machine lacks: kernel, permissions, terminal; with the cure"),
    "check": Verb(
        "check", "would a firmware file boot, here or on a board; exit 0 yes, 1 no, with the reasons", where.LOOKS
    ),
    "crash": Verb("crash", "crash a processor on purpose; asks first"),
    "crashes": Verb("crashes", "the crashes that were captured, and the report on each", where.KINDS),
    "metrics": Verb("metrics", "state, crashes, boots, trace and vrings for Prometheus"),
    "coredump": Verb(
        "coredump", "what a dump tells of a crash: the fault, the line of C, the calls, the registers", where.NOWHERE
    ),
    "gdb": Verb("gdb", "let GDB attach to an emulated processor, on a port of this machine", where.EMULATED),
    "reset-terminal": Verb("reset_terminal", "bring a terminal back that a killed screen left behind", where.NOWHERE),
    "mount": Verb(
        "mount", "an emulated board as files, for shell scripts and other programs", where.EMULATED | {"--read-only"}
    ),
    "config": Verb("config", "where the configuration is, what holds with it, what is wrong with it", where.NOWHERE),
    "completion": Verb("completion", "what makes a shell complete this program's verbs and options", where.NOWHERE),
    "man": Verb("man", "the manual page, for man(1)", where.NOWHERE),
    "schema": Verb("schema", "the JSON Schema of what a verb prints with --json", where.NOWHERE),
    "agent": Verb("agent", "serve a host on standard input and output, one JSON object a line"),
}


class _Parser(argparse.ArgumentParser):
    """What is wrong with a command line is an error like any other."""

    def error(self, message: str) -> NoReturn:
        """Show the verb's usage on standard error, and raise UsageError."""
        self.print_usage(sys.stderr)
        raise UsageError(message)


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The whole grammar; only verbs that are named among the arguments are imported for theirs."""
    parser = _Parser(
        prog="rproc-tui",
        description="See, boot, stop, reload and debug the remote processors of a Linux system-on-chip.",
        epilog="Without a verb it opens the screen. `rproc-tui --demo` brings a board that really executes firmware.",
    )
    parser.add_argument("--version", action="version", version=f"rproc-tui {__version__}")
    where.add_arguments(parser)
    text = "when a reload fails, go back to the last good firmware: one that ran for 5 seconds"
    parser.add_argument("--rollback", action="store_true", help=text)
    source_map.add_argument(parser)
    screen_options.add_arguments(parser)
    verbs = parser.add_subparsers(dest="verb", metavar="verb", title="verbs")
    for name, verb in VERBS.items():
        verb_parser = verbs.add_parser(
            name, help=verb.summary, description=verb.summary[0].upper() + verb.summary[1:] + "."
        )
        if name in arguments:
            _module(verb).prepare_parser(verb_parser)
            where.add_arguments(verb_parser, verb.where, behind_the_verb=True)
    return parser


def whole_parser() -> argparse.ArgumentParser:
    """The grammar with the arguments of every verb."""
    return _parser(list(VERBS))


def _module(verb: Verb) -> VerbModule:
    return cast("VerbModule", importlib.import_module(f"rproc_tui.commands.{verb.module}"))


def run(
    arguments: Sequence[str], open_screen: OpenScreen, screen_facts: Callable[[], ScreenFacts] | None = None
) -> int:
    """Parse, do, and answer with the exit code; one clear sentence on stderr for whatever goes wrong.

    Without a verb `open_screen` is called with the options, where there is a terminal. `screen_facts` is for verbs
    that ask what the screen knows of itself.
    """
    _tolerate_any_text()
    as_json = "--json" in arguments
    try:
        options = _parser(arguments).parse_args(arguments)
        options.screen_facts = screen_facts
        return _do(options, open_screen)
    except SystemExit as stop:  # argparse has printed what was asked for
        return int(stop.code or 0)
    except RprocTuiError as error:
        return _fail(error, as_json=as_json)
    except OSError as error:
        return _fail(_of_the_system(error), as_json=as_json)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _do(options: argparse.Namespace, open_screen: OpenScreen) -> int:
    if options.verb:
        try:
            return _module(VERBS[options.verb]).run(options)
        except BrokenPipeError:  # `| head` has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):  # the screen is drawn on stderr
        raise UsageError(f"this is no terminal; use a verb instead: {', '.join(VERBS)} (see --help)")
    return open_screen(options)


def _fail(error: RprocTuiError, *, as_json: bool) -> int:
    """The sentence for people, and for programs the object."""
    print(f"rproc-tui: {sanitise(str(error))}", file=sys.stderr)
    if as_json:
        from rproc_tui.commands.failure import print_failure  # noqa: PLC0415 (nobody pays before something fails)

        print_failure(error.message, hint=error.hint, errno=error.errno, exit_code=error.exit_code)
    return error.exit_code


def _of_the_system(error: OSError) -> RprocTuiError:
    kind = NotPermitted if error.errno in (errno.EACCES, errno.EPERM) else RprocTuiError
    what = f"{error.filename}: " if error.filename else ""
    return kind(f"{what}{error.strerror or error}", errno=error.errno)


def _tolerate_any_text() -> None:
    """Names may hold what the terminal's encoding lacks: show an escape rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
