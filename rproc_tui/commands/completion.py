"""`completion SHELL`: what makes a shell complete our verbs and options, made from the command line's own grammar."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

SHELLS = ("bash", "zsh", "fish")
_FILES = frozenset({"FILE", "FILE.dts", "ELF", "OLD", "NEW", "DUMP", "PATH"})
_FOLDERS = frozenset({"DIR", "FOLDER"})
_PROCESSORS = "rproc-tui list --names 2>/dev/null"
_EPILOG = """\
bash: rproc-tui completion bash > ~/.local/share/bash-completion/completions/rproc-tui
zsh:  rproc-tui completion zsh > ~/.zfunc/_rproc-tui   (a folder of $fpath)
fish: rproc-tui completion fish > ~/.config/fish/completions/rproc-tui.fish
"""


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the shell."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    parser.add_argument("shell", choices=SHELLS, help="the shell that is to complete")


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    import shtab  # noqa: PLC0415 (nobody else needs it)

    from rproc_tui.commands.command_line import whole_parser  # noqa: PLC0415 (it names this file)

    parser = whole_parser()
    for action in _actions(parser):
        named = {action.metavar, *((action.dest.upper(),) if action.metavar is None else ())}
        if named & _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif named & _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif "ID" in named:
            action.complete = shtab.cmd(_PROCESSORS)  # type: ignore[attr-defined]
    print(shtab.complete(parser, options.shell))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every option and argument, those of the verbs too."""
    for action in parser._actions:  # noqa: SLF001 (argparse has no other way to look at a grammar)
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 (same)
            for verb in action.choices.values():
                yield from _actions(verb)
