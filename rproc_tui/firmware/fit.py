"""Whether a firmware is for a core: what Linux never checks."""

from __future__ import annotations

from rproc_tui.firmware.facts import FirmwareFacts

_MACHINES = (("cortex", 40), ("rv", 243), ("risc", 243), ("pru", 144), ("hexagon", 164), ("c6", 140), ("hifi", 94))
"""e_machine by how a core's name begins: ARM, RISC-V, PRU, Hexagon, TI C6000, Xtensa."""


def other_machine(facts: FirmwareFacts, core: str | None) -> str | None:
    """The machine that a firmware is for, when that is not the core's; None when it fits or nobody knows."""
    if facts.elf is None or core is None:
        return None
    wanted = next((number for start, number in _MACHINES if core.lower().startswith(start)), None)
    return facts.elf.machine if wanted not in (None, facts.elf.machine_number) else None


_V6_M = frozenset({"v6-M"})
_V7_M = _V6_M | {"v7-M"}
_V7E_M = _V7_M | {"v7E-M"}
_V8_BASELINE = _V6_M | {"v8-M baseline"}
_V8_MAINLINE = _V7E_M | _V8_BASELINE | {"v8-M mainline"}
_V8_1_MAINLINE = _V8_MAINLINE | {"v8.1-M mainline"}
_V7_R = frozenset({"v7-R"})
_RUNS = {
    "v6-M": _V6_M,
    "v7-M": _V7_M,
    "v7E-M": _V7E_M,
    "v8-M baseline": _V8_BASELINE,
    "v8-M mainline": _V8_MAINLINE,
    "v8.1-M mainline": _V8_1_MAINLINE,
    "v7-R": _V7_R,
    "v8-R": _V7_R | {"v8-R"},
}
"""Of each architecture, the architectures whose code it executes."""

_ARCHITECTURES = {
    "m0": "v6-M",
    "m0+": "v6-M",
    "m1": "v6-M",
    "m3": "v7-M",
    "m4": "v7E-M",
    "m7": "v7E-M",
    "m23": "v8-M baseline",
    "m33": "v8-M mainline",
    "m35p": "v8-M mainline",
    "m52": "v8.1-M mainline",
    "m55": "v8.1-M mainline",
    "m85": "v8.1-M mainline",
    "r4": "v7-R",
    "r5": "v7-R",
    "r7": "v7-R",
    "r8": "v7-R",
    "r52": "v8-R",
}
"""Architecture by the name of a Cortex."""


def other_core(facts: FirmwareFacts, core: str | None) -> str | None:
    """What a file was compiled for, when a core lacks some of that; None when it fits or nobody knows."""
    compiled = None if facts.elf is None else facts.elf.core
    if compiled is None or core is None:
        return None
    theirs, ours = compiled.lower(), core.lower()
    if theirs.startswith("rv") and ours.startswith("rv"):
        return None if _base(theirs) == _base(ours) and _letters(theirs) <= _letters(ours) else compiled
    wanted, runs = _architecture(theirs), _RUNS.get(_architecture(ours) or "")
    return None if wanted is None or runs is None or wanted in runs else compiled


def _architecture(name: str) -> str | None:
    """Of `cortex-m4`, `cortex-r5f` or `armv7e-m`."""
    if name.startswith("arm"):
        return next((known for known in _RUNS if known.lower() == name[3:]), None)
    return _ARCHITECTURES.get(name.removeprefix("cortex-").rstrip("f"))


def _base(name: str) -> str:
    return name[:4]


def _letters(name: str) -> frozenset[str]:
    """Single-letter extensions of `rv32imac_zicsr`; g stands for imafd."""
    return frozenset(name[4:].partition("_")[0].replace("g", "imafd"))
