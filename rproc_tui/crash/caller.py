"""From the registers of a function to those of the code that it returns to, by the rules of its frame information."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rproc_tui.crash import register_names
from rproc_tui.crash.dwarf.expression import address_of
from rproc_tui.crash.dwarf.frame_program import FrameRules, Rule, RuleKind
from rproc_tui.crash.dwarf.location import Context, Unavailable
from rproc_tui.crash.values import Machine, Memory


def context_of(values: Mapping[str, int], memory: Memory, machine: Machine, *, little: bool) -> Context:
    """A frame as expressions see it."""
    return Context(register_names.numbered(values, machine), memory, machine.word, little)


def frame_address(rules: FrameRules, context: Context) -> int:
    """The canonical frame address. Raises Unavailable."""
    if rules.cfa_expression is not None:
        return address_of(rules.cfa_expression, context)
    return (context.register(rules.cfa_register) + rules.cfa_offset) & context.mask


def restore(
    rules: FrameRules, context: Context, cfa: int, values: Mapping[str, int], machine: Machine
) -> dict[str, int]:
    """Every register as it will be after the return; what the rules do not name stays, what they lose is missing.

    `pc` is the return address, missing where there is none: the outermost function.
    """
    restored = dict(values)
    restored["sp"] = cfa
    names = register_names.names(machine)
    context = replace(context, cfa=cfa)
    for number, rule in rules.registers.items():
        if number < len(names):
            _put(restored, names[number], _value(rule, number, context))
    rule = rules.registers.get(rules.return_register, Rule(RuleKind.SAME))
    _put(restored, "pc", _value(rule, rules.return_register, context))
    return restored


def after_call(restored: Mapping[str, int], rules: FrameRules, machine: Machine) -> dict[str, int]:
    """What of them a caller can count on: a call may destroy the rest, and has destroyed the link register."""
    names = register_names.names(machine)
    known = register_names.kept(machine) | {names[number] for number in rules.registers if number < len(names)}
    known = (known | {"sp", "pc"}) - {register_names.link(machine)}
    return {name: value for name, value in restored.items() if name in known}


def _put(values: dict[str, int], name: str, value: int | None) -> None:
    if value is None:
        values.pop(name, None)
    else:
        values[name] = value


def _value(rule: Rule, number: int, context: Context) -> int | None:
    """A register by its rule; None where it is lost or its place cannot be read."""
    try:
        return _find(rule, number, context)
    except (Unavailable, LookupError, ValueError):
        return None


def _find(rule: Rule, number: int, context: Context) -> int | None:
    if rule.kind is RuleKind.UNDEFINED:
        return None
    if rule.kind in {RuleKind.SAME, RuleKind.IN}:
        return context.register(number if rule.kind is RuleKind.SAME else rule.number)
    cfa = context.cfa or 0
    found = address_of(rule.expression, context, cfa) if rule.expression else (cfa + rule.number) & context.mask
    is_in_memory = rule.kind in {RuleKind.AT, RuleKind.AT_EXPRESSION}
    return context.load(found, context.word) if is_in_memory else found
