"""Scripts of the transcript comparison: JSON requests for an agent, one a line, `#` before a remark.

Beside requests there are three kinds of lines: `{"for": NAME, "in": [VALUES]}` to `{"end": NAME}` repeats what is
between them with `{NAME}` replaced by each value; `{"wait": CONDITIONS}` waits; `{"raw": TEXT}` is sent as it stands.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from tests.conformance.images import IMAGES
from tests.conformance.outcomes import REFUSES_TO_STOP

FOLDER = pathlib.Path(__file__).parent / "transcripts"
WOUNDING = ("recoveries", "wounds")
"""Scripts after which a kernel is never as it was."""
OWN_SCRIPT = ("crash2s.elf", "vringzero.elf", REFUSES_TO_STOP)
"""Images that do something by themselves, or leave something behind: they are asked about one by one."""
LISTS: Mapping[str, Sequence[str]] = {"images": [name for name in IMAGES if name not in OWN_SCRIPT]}
"""What a loop may name instead of its values."""

Step = dict[str, Any]


def names() -> list[str]:
    """Every script, those that wound last."""
    return sorted((path.stem for path in FOLDER.glob("*.jsonl")), key=lambda name: (name in WOUNDING, name))


def steps(name: str) -> list[Step]:
    """A script with its loops written out."""
    lines = (FOLDER / f"{name}.jsonl").read_text().splitlines()
    parsed = [json.loads(line) for line in lines if line.strip() and not line.startswith("#")]
    return _written_out(parsed, {})


def _written_out(lines: Sequence[Step], values: Mapping[str, str]) -> list[Step]:
    out: list[Step] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if "for" not in line:
            out.append(replaced(line, values))
            at += 1
            continue
        end = lines.index({"end": line["for"]}, at)
        chosen = LISTS[line["in"]] if isinstance(line["in"], str) else line["in"]
        for value in chosen:
            out += _written_out(lines[at + 1 : end], {**values, line["for"]: value})
        at = end + 1
    return out


def replaced(value: Any, values: Mapping[str, str]) -> Any:
    """A JSON value with `{NAME}` replaced in each of its texts."""
    match value:
        case str():
            for name, text in values.items():
                value = value.replace(f"{{{name}}}", text)
            return value
        case list():
            return [replaced(entry, values) for entry in value]
        case dict():
            return {replaced(key, values): replaced(entry, values) for key, entry in value.items()}
        case _:
            return value
