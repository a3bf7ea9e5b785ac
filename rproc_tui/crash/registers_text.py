"""Registers in the text of a debugfs `regs` file, as far as drivers have one.

Known are the PRU's (drivers/remoteproc/pru_rproc.c, `regs_show`: `GPREG0 := 0x…`, `STS (PC) := 0x… (0x…)`) and the
emulated board's (`name value`).
"""

from __future__ import annotations

import re

from rproc_tui.crash.values import Certainty, Registers

TEXT_MOST = 1 << 16
"""Characters that are looked at."""
COUNT_MOST = 512
"""Registers that are kept."""

ALIASES = {
    "r13": "sp",
    "r14": "lr",
    "r15": "pc",
    "ip": "r12",
    "psr": "xpsr",
    "sts (pc)": "pc",
    "fp": "s0",
    **{
        f"x{number}": name
        for number, name in enumerate(
            (
                *("ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1"),
                *(f"a{index}" for index in range(8)),
                *(f"s{index}" for index in range(2, 12)),
                *(f"t{index}" for index in range(3, 7)),
            ),
            start=1,
        )
    },
}
"""Other names of the same registers."""

_LINE = re.compile(r"\s*([A-Za-z][A-Za-z0-9_.]{0,15}(?: \([A-Z]+\))?)\s*(?::=|[:=])?\s*(0[xX][0-9a-fA-F]{1,16})\b")


def parse_registers(text: str) -> Registers | None:
    """What a `regs` file says of the processor at the moment of its reading; None when that is nothing."""
    values: dict[str, int] = {}
    for line in text[:TEXT_MOST].splitlines():
        found = _LINE.match(line)
        if found is not None and len(values) < COUNT_MOST:
            name = found.group(1).lower()
            values[ALIASES.get(name, name)] = int(found.group(2), 16)
    return Registers(values, "the processor's register file", Certainty.KNOWN) if values else None
