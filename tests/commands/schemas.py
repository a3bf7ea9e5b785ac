"""Holds what commands print against the documented schemas; a key that no schema knows is an error here."""

from __future__ import annotations

import functools
import json
from typing import Any

import jsonschema
from referencing import Registry, Resource

from rproc_tui.commands.schema import names, read


def _closed(node: Any) -> Any:
    """The same without room for keys that are not documented; programs have to leave that room."""
    if isinstance(node, list):
        return [_closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    return {"additionalProperties": False, **closed} if "properties" in node and "type" in node else closed


@functools.cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    common = Resource.from_contents(_closed(read("common")))
    return jsonschema.Draft202012Validator(
        _closed(read(name)), registry=Registry().with_resource("common.json", common)
    )


def validate(value: Any) -> None:
    """An object that a command has printed; AssertionError says where it is not what its schema says."""
    name = value["schema"].removeprefix("rproc-tui/")
    assert name in names(), f"nothing documents {value['schema']}"
    error = jsonschema.exceptions.best_match(_validator(name).iter_errors(value))
    assert error is None, f"{value['schema']}: {error.json_path}: {error.message}"


def validate_output(text: str) -> None:
    """All that a command has printed with --json: one object, or one a line."""
    try:
        values = [json.loads(text)]
    except ValueError:
        values = [json.loads(line) for line in text.splitlines()]
    for value in values:
        validate(value)
