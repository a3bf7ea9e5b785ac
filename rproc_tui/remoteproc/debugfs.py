"""The files of a processor in debugfs (drivers/remoteproc/remoteproc_debugfs.c)."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.attributes import debugfs_file
from rproc_tui.remoteproc.c_text import as_bytes, kstrtouint, strncmp_equal
from rproc_tui.remoteproc.carveout_text import carveouts_text
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.resource_text import resource_table_text
from rproc_tui.remoteproc.sysfs import RecoveryWord, choose_coredump, coredump_text, recovery_text, set_recovery
from rproc_tui.remoteproc.virtual_tree import Directory, Node

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc

NAME_MOST = 98
"""Characters of the name that `name` shows."""
RECOVERY_MOST = 10
COREDUMP_MOST = 20
"""Bytes that one write may have."""
CRASH_MOST = 66
"""Bytes that are looked at as a number."""


def processor_folder(rproc: Rproc) -> Directory:
    """`remoteprocN` below `remoteproc`."""

    def entries() -> Mapping[str, Node]:
        return {
            "carveout_memories": debugfs_file(0o400, lambda: carveouts_text(rproc)),
            "coredump": debugfs_file(0o600, lambda: coredump_text(rproc), lambda data: _store_coredump(rproc, data)),
            "crash": debugfs_file(0o200, None, lambda data: rproc.report_crash(kstrtouint(data[:CRASH_MOST]))),
            "name": debugfs_file(0o400, lambda: as_bytes(rproc.name)[:NAME_MOST] + b"\n"),
            "recovery": debugfs_file(0o600, lambda: recovery_text(rproc), lambda data: _store_recovery(rproc, data)),
            "resource_table": debugfs_file(0o400, lambda: resource_table_text(rproc)),
            **{f"trace{number}": trace.file for number, trace in enumerate(tuple(rproc.traces))},
            **rproc.debugfs_extra,
        }

    return Directory(entries)


def _word_test(written: bytes, most: int) -> Callable[[bytes], bool]:
    """A comparison with words: exact behind a newline, else as long as what was written; EINVAL by its length."""
    if not 1 <= len(written) <= most:
        raise failure(errno.EINVAL)
    buffer = written[:-1] + b"\0" if written.endswith(b"\n") else written
    return lambda word: strncmp_equal(buffer, word, len(buffer))


def _store_recovery(rproc: Rproc, written: bytes) -> None:
    matches = _word_test(written, RECOVERY_MOST)
    for word in RecoveryWord:
        if matches(word.value.encode()):
            set_recovery(rproc, word)
            return
    raise failure(errno.EINVAL)


def _store_coredump(rproc: Rproc, written: bytes) -> None:
    choose_coredump(rproc, _word_test(written, COREDUMP_MOST))
