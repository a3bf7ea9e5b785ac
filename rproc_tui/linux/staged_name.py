"""Names for builds that a watch installs beside a processor's own firmware file: one name for one content.

`hub.elf` of remoteproc0 becomes `hub.rproc-tui-0-1a2b3c4d5e6f.elf`. The processor's own firmware name can be read out
of it, so that it can be set back even by somebody who finds it after the watch was killed.
"""

from __future__ import annotations

import posixpath
import re

DIGEST_DIGITS = 12
"""Hexadecimal digits of a content's SHA-256 in its name."""

_MARK = re.compile(rf"\.rproc-tui-(\d+)-[0-9a-f]{{{DIGEST_DIGITS}}}(?=\.[^./]*\Z|\Z)")


def staged_name(own: str, processor_id: str, digest: str) -> str:
    """The name for a content (`digest`: its SHA-256 in hex) in the place of a processor's own firmware name."""
    stem, suffix = posixpath.splitext(own)
    return f"{stem}.rproc-tui-{_number(processor_id)}-{digest[:DIGEST_DIGITS]}{suffix}"


def own_name(name: str) -> str:
    """The processor's own firmware name: what a staged name was made of, or the name itself."""
    return _MARK.sub("", name)


def is_staged(name: str) -> bool:
    """Whether a watch made this name."""
    return own_name(name) != name


def is_of(name: str, own: str, processor_id: str) -> bool:
    """Whether a watch made this name for that processor in the place of its own firmware name."""
    found = _MARK.search(name)
    return found is not None and found[1] == _number(processor_id) and own_name(name) == own


def _number(processor_id: str) -> str:
    return processor_id.removeprefix("remoteproc")
