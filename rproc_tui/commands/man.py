"""`man`: the manual page in the language of man(7), made from the command line's own grammar."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from rproc_tui import __version__

if TYPE_CHECKING:
    from rproc_tui.commands.screen_facts import ScreenFacts

EXIT_CODES = {
    0: "done, or the answer is yes",
    1: "the answer is no, or the action failed",
    2: "the command line or the configuration is wrong",
    3: "there is no such processor",
    4: "not permitted",
    5: "an extra (emulator, mount), or FUSE, is not installed",
}
_SIGNALS = {"128 + n": "ended by signal n: 130 is ctrl+c"}
FILES = {
    "$XDG_CONFIG_HOME/rproc-tui/config.toml": "the configuration; `rproc-tui config show` prints what may stand there",
    "$XDG_CONFIG_HOME/rproc-tui/themes/*.toml": "colour themes of your own",
    "$XDG_STATE_HOME/rproc-tui": "crashes that were captured, dumps, saved traces, and what the screen remembers",
    "$XDG_DATA_HOME/rproc-tui/demo/firmware": "firmware of the demo board, a copy that is yours",
}
ENVIRONMENT = {
    "NO_COLOR": "set to anything: no colours",
    "TERM, SSH_CONNECTION, LANG": "tell what the terminal can show; `--profile` decides otherwise",
}


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """It takes nothing."""
    parser.epilog = "rproc-tui man > ~/.local/share/man/man1/rproc-tui.1"


def run(options: argparse.Namespace) -> int:
    """Print the page."""
    from rproc_tui.commands.command_line import whole_parser  # noqa: PLC0415 (it names this file)

    print("\n".join(page(whole_parser(), options.screen_facts() if options.screen_facts else None)))
    return 0


def page(parser: argparse.ArgumentParser, screen: ScreenFacts | None) -> Iterator[str]:
    """The lines of the page; without a screen it names no keys."""
    verbs = _verbs(parser)
    yield f'.TH RPROC\\-TUI 1 "" "rproc-tui {__version__}" "User Commands"'
    yield from (".SH NAME", f"rproc\\-tui \\- {_text('see and control remote processors of a Linux system-on-chip')}")
    yield from (".SH SYNOPSIS", ".B rproc\\-tui", "[\\fIwhere\\fR] [\\fIverb\\fR] [\\fIoptions\\fR]")
    yield from (".SH DESCRIPTION", _text(parser.description or ""), ".PP", _text(parser.epilog or ""))
    yield from (".SH OPTIONS", *_options(parser))
    yield ".SH VERBS"
    for name, verb in verbs.items():
        yield from (".SS " + _text(_usage(name, verb)), _text(verb.description or ""), *_options(verb, besides=parser))
    if screen is not None:
        yield from (".SH KEYS", "The name in brackets is what the table [keys] of the configuration calls it.")
        for group, keys in screen.actions():
            yield from (
                ".SS " + _text(group),
                *_terms({f"{'  '.join(key.keys)}  [{key.name}]": key.help for key in keys}),
            )
    yield from (".SH EXIT STATUS", *_terms({str(code): text for code, text in EXIT_CODES.items()} | _SIGNALS))
    yield from (".SH FILES", *_terms(FILES), ".SH ENVIRONMENT", *_terms(ENVIRONMENT))


def _verbs(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    for action in parser._actions:  # noqa: SLF001 (argparse has no other way to look at a grammar)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 (same)
            return action.choices
    return {}


def _usage(name: str, verb: argparse.ArgumentParser) -> str:
    arguments = [_words(action) for action in verb._actions if not action.option_strings]  # noqa: SLF001 (same)
    return " ".join([name, *arguments])


def _options(parser: argparse.ArgumentParser, besides: argparse.ArgumentParser | None = None) -> Iterator[str]:
    """Every option and argument with its explanation, without those that another parser has as well."""
    told = set() if besides is None else {option for action in besides._actions for option in action.option_strings}  # noqa: SLF001
    for action in parser._actions:  # noqa: SLF001 (same)
        if isinstance(action, argparse._SubParsersAction) or told & {*action.option_strings}:  # noqa: SLF001 (same)
            continue
        if action.help and action.help is not argparse.SUPPRESS:
            yield from _terms({_words(action): _help(action, parser)})


def _help(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    return parser._get_formatter()._expand_help(action)  # noqa: SLF001 (same: it puts defaults into the words)


def _words(action: argparse.Action) -> str:
    """`-f, --follow`, `--board FILE.dts`, `ID...`."""
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices is not None and action.metavar is None:
        value = "|".join(map(str, action.choices))
    if not action.option_strings:
        optional = action.nargs in ("?", "*")
        several = "..." if action.nargs in ("*", "+") else ""
        return f"[{value}{several}]" if optional else f"{value}{several}"
    flags = ", ".join(action.option_strings)
    return flags if action.nargs == 0 else f"{flags} {value}"


def _terms(explained: Mapping[str, str]) -> Iterable[str]:
    for term, text in explained.items():
        yield from (".TP", f"\\fB{_text(term)}\\fR", _text(text))


def _text(text: str) -> str:
    """Words that mean nothing to the formatter: backslashes and leading dots are its own."""
    escaped = re.sub(r"\s+", " ", text.strip()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
