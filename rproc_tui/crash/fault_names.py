"""Which functions end a program, by their names: fault handlers, and what assertions and aborts call."""

from __future__ import annotations

import re

_HANDLER = re.compile(
    r"(?i)fault|exception|_abort|abort_entry|trap|crash_?handler|nmi_handler|^undef(?:ined)?(?:_?(?:entry|handler))?$"
)
_ENDING = re.compile(r"(?i)assert|abort|panic|fatal|error_handler|\bdie\b|halt|\bhang\b|reset_?system|stack_chk_fail")


def is_fault_handler(function: str | None) -> bool:
    """Whether a function of that name takes a fault (`HardFault_Handler`, `z_arm_fault`, `data_abort`)."""
    return function is not None and _HANDLER.search(function) is not None


def is_ending(function: str | None) -> bool:
    """Whether a function of that name never comes back (`assertion_failed`, `abort_with`, a fault handler)."""
    return function is not None and (_ENDING.search(function) is not None or is_fault_handler(function))
