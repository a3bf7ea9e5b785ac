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
    if kind == b"r":
        return _within(argument)
    return parsed_resumption(kind, argument) if not argument or kind in b"CS" else None


def parsed_resumption(kind: bytes, signal: bytes) -> Resume | None:
    """`c`, `s`, or with a signal that is passed on `C`, `S`."""
    if kind not in (b"c", b"s", b"C", b"S"):
        return None
    number = 0
    if kind in b"CS":
        try:
            number = int(signal, 16)
        except ValueError:
            return None
    return Resume(step=kind in b"sS", pass_on=bool(number))


def _within(argument: bytes) -> Resume | None:
    """`start,end`: step while the program counter is there."""
    try:
        start, end = (int(part, 16) for part in argument.split(b","))
    except ValueError:
        return None
    return Resume(step=True, within=range(start, end))
