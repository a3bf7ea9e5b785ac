from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.linux.doctor.kernel_config import CONFIG_MOST, parse, read_config, unpacked
from tests.linux.memory_host import MemoryHost

TEXT = (
    b"#\n# Automatically generated\n#\nCONFIG_REMOTEPROC=y\nCONFIG_RPMSG_TTY=m\n# CONFIG_REMOTEPROC_CDEV is not set\n"
)


def test_options_are_built_in_modules_or_known_and_not_set() -> None:
    assert parse(TEXT) == {"REMOTEPROC": "y", "RPMSG_TTY": "m", "REMOTEPROC_CDEV": "n"}


def test_an_option_that_the_kernel_does_not_know_is_not_there() -> None:
    assert "RPMSG_CTRL" not in parse(TEXT)


@pytest.mark.parametrize(
    ("places", "release", "value"),
    [
        ({"/proc/config.gz": gzip.compress(b"CONFIG_A=y\n"), "/boot/config-6.1": b"CONFIG_A=m\n"}, "6.1", "y"),
        ({"/boot/config-6.1": b"CONFIG_A=m\n", "/boot/config-5.10": b"CONFIG_A=y\n"}, "6.1", "m"),
        ({"/lib/modules/6.1/config": b"CONFIG_A=m\n"}, "6.1", "m"),
        ({"/proc/config.gz": b"\x1f\x8bno gzip", "/boot/config-6.1": b"CONFIG_A=m\n"}, "6.1", "m"),
        ({"/proc/config.gz": b"", "/boot/config-6.1": b"CONFIG_A=m\n"}, "6.1", "m"),
    ],
)
async def test_the_running_kernels_own_configuration_comes_first(
    places: dict[str, bytes], release: str, value: str
) -> None:
    config = await read_config(MemoryHost(dict(places)), release)
    assert config == {"A": value}


@pytest.mark.parametrize("release", ["6.1", None])
async def test_without_any_configuration_there_is_none(release: str | None) -> None:
    assert await read_config(MemoryHost({"/boot/config-None": b"CONFIG_A=y\n"}), release) is None


def test_a_configuration_that_unpacks_without_end_is_cut() -> None:
    assert len(unpacked(gzip.compress(b"\0" * (CONFIG_MOST * 4)))) == CONFIG_MOST


def test_a_configuration_that_is_cut_off_gives_its_whole_lines() -> None:
    packed = zlib.compressobj(0, wbits=31)
    data = packed.compress(TEXT) + packed.flush(zlib.Z_SYNC_FLUSH)
    assert parse(unpacked(data)) == parse(TEXT)


@given(st.binary(max_size=200))
def test_nothing_raises(data: bytes) -> None:
    parse(unpacked(data))
    parse(unpacked(b"\x1f\x8b" + data))
    parse(b"CONFIG_" + data)
