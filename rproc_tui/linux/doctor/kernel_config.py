"""The options that a kernel was built with: /proc/config.gz, or the `config` that distributions install beside it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from rproc_tui.hosts.base import Host
from rproc_tui.linux.reading import try_bytes

CONFIG_MOST = 2 * 1024 * 1024
"""Bytes of a configuration, packed or not; those of distributions have about 300 KiB."""

PLACES = ("/proc/config.gz", "/boot/config-{release}", "/lib/modules/{release}/config")
"""Where it may lie, the running kernel's own first."""

Config = Mapping[str, str]
"""Option without `CONFIG_` to `y`, `m`, `n` or a value; an option that this kernel does not know is not there."""

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
"""zlib: a gzip header is expected, and the largest window."""

_LINE = re.compile(r"CONFIG_(\w{1,80})=(.{0,80})|# CONFIG_(\w{1,80}) is not set")


async def read_config(host: Host, release: str | None) -> Config | None:
    """The first that can be read; None when there is none."""
    for place in PLACES:
        if release is None and "{release}" in place:
            continue
        data = await try_bytes(host, place.format(release=release), CONFIG_MOST)
        config = None if data is None else parse(unpacked(data))
        if config:
            return config
    return None


def unpacked(data: bytes) -> bytes:
    """The text of a gzip file, as much as is whole and not more than a configuration has; other data as it is."""
    if not data.startswith(_GZIP):
        return data
    try:
        return zlib.decompressobj(_GZIP_WINDOW).decompress(data, CONFIG_MOST)
    except zlib.error:
        return b""


def parse(data: bytes) -> Config:
    """Every line that is one; an option that is known and not set reads `n`."""
    config: dict[str, str] = {}
    for line in data.decode("ascii", "replace").splitlines():
        match = _LINE.fullmatch(line)
        if match is not None:
            name, value, unset = match.groups()
            config[unset or name] = "n" if unset else value
    return config
