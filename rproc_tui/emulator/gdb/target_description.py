"""The document that tells GDB which registers there are (GDB manual, appendix G)."""

from __future__ import annotations

from rproc_tui.emulator.gdb.registers import Architecture, Feature, Register


def target_xml(architecture: Architecture) -> bytes:
    """`target.xml` of an architecture."""
    features = "".join(_feature(feature) for feature in architecture.features)
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE target SYSTEM "gdb-target.dtd">\n'
        f'<target version="1.0">\n<architecture>{architecture.name}</architecture>\n{features}</target>\n'
    ).encode()


def _feature(feature: Feature) -> str:
    return f'<feature name="{feature.name}">\n{"".join(map(_register, feature.registers))}</feature>\n'


def _register(register: Register) -> str:
    group = "" if register.group is None else f' group="{register.group}"'
    return f'<reg name="{register.name}" bitsize="{register.bits}" type="{register.kind}"{group}/>\n'
