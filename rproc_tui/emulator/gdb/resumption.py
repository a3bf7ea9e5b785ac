"""The packets that let the processor go on: vCont, and the older c, s, C and S (GDB manual, appendix E.2)."""

from __future__ import annotations

from rproc_tui.emulator.machine.halt import Resume

ACTIONS = b"vCont;c;C;s;S;r"
"""The answer to `vCont?`."""


def parsed_continuation(actions: bytes) -> Resume | None:
    """What stands behind `vCont`: the first action counts, there is one thread. None for what cannot be understood."""
    first = actions.split(b";")[1:2]
    if not first:
        return None
    action = first[0].split(b":")[0]
    kind, argument = action[:1], action[1:]
    return _within(argument) if kind == b"r" else parsed_resumption(kind, argument)


def parsed_resumption(kind: bytes, argument: bytes) -> Resume | None:
    """`c`, `s`, or with a signal that is passed on `C`, `S`; going on elsewhere is not for these."""
    if kind in (b"c", b"s"):
        return None if argument else Resume(step=kind == b"s")
    if kind not in (b"C", b"S"):
        return None
    try:
        return Resume(step=kind == b"S", pass_on=int(argument, 16) != 0)
    except ValueError:
        return None


def _within(argument: bytes) -> Resume | None:
    """`start,end`: step while the program counter is there."""
    try:
        start, end = (int(part, 16) for part in argument.split(b","))
    except ValueError:
        return None
    return Resume(step=True, within=range(start, end))
