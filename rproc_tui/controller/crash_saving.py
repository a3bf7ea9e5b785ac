"""Writes the evidence of one crash into its folder. What does not fit is left out and named; the rest is kept."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence

from rproc_tui.controller import crash_folder
from rproc_tui.controller.crash_facts import CaptureFacts, to_json
from rproc_tui.controller.crash_remains import Remains
from rproc_tui.controller.crash_space import CrashSpace
from rproc_tui.firmware.units import size_text

File = tuple[str, bytes]
"""Name and content."""


def save(folder: str, files: Sequence[File], space: CrashSpace) -> tuple[str, ...]:
    """Write each file, the small ones first; the answer is what was not kept, a sentence each."""
    found = (
        _save(folder, name, content, space, crash_folder.write_new)
        for name, content in sorted(files, key=lambda one: len(one[1]))
    )
    return tuple(sentence for sentence in found if sentence is not None)


def files_of(remains: Remains) -> Iterator[File]:
    """What was read of a crashed processor, as files."""
    yield from remains.traces
    for name, content in (
        (crash_folder.REGISTERS, remains.registers),
        (crash_folder.TABLE, remains.table),
        (crash_folder.CARVEOUTS, remains.carveouts),
    ):
        if content is not None:
            yield name, content
    if remains.memory:
        from rproc_tui.controller.dump import registers_of  # noqa: PLC0415 (few hosts show memory)
        from rproc_tui.crash.core_file import core_of  # noqa: PLC0415

        yield crash_folder.MEMORY, core_of(registers_of(remains.registers or b""), remains.memory)


def save_facts(facts: CaptureFacts, space: CrashSpace) -> str | None:
    """Write or renew `capture.json`; the answer is why it could not be."""
    return renewed(facts.record.folder or "", crash_folder.CAPTURE, to_json(facts), space)


def renewed(folder: str, name: str, content: bytes, space: CrashSpace) -> str | None:
    """Put a newer version of a file in its place; the answer is why it could not be."""
    return _save(folder, name, content, space, crash_folder.renew)


def not_kept(what: str, error: OSError) -> str:
    """The sentence for a file that could not be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"{what} is not kept: the disk is full"
    return f"{what} is not kept: {error.strerror or error}"


def _save(
    folder: str,
    name: str,
    content: bytes,
    space: CrashSpace,
    write: Callable[[str, bytes], None],
) -> str | None:
    if not space.make_room(len(content), folder):
        return f"{name} is not kept: {size_text(len(content))} are more than there is room for among all crashes"
    try:
        write(os.path.join(folder, name), content)
    except OSError as error:
        return not_kept(name, error)
    finally:
        space.written(len(content), folder)
    return None
