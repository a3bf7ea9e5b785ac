"""A name for one content, out of which the processor's own firmware name can be read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.linux.staged_name import is_of, is_staged, own_name, staged_name

DIGEST = "1a2b3c4d5e6f" + "0" * 52


@pytest.mark.parametrize(
    ("own", "staged"),
    [
        ("hub.elf", "hub.rproc-tui-0-1a2b3c4d5e6f.elf"),
        ("rproc-m4-fw", "rproc-m4-fw.rproc-tui-0-1a2b3c4d5e6f"),
        ("ti/ipc.v2/hub", "ti/ipc.v2/hub.rproc-tui-0-1a2b3c4d5e6f"),
        ("adsp.mbn.old", "adsp.mbn.rproc-tui-0-1a2b3c4d5e6f.old"),
        (".hidden", ".hidden.rproc-tui-0-1a2b3c4d5e6f"),
    ],
)
def test_the_digest_stands_before_the_suffix_which_drivers_look_at(own: str, staged: str) -> None:
    assert staged_name(own, "remoteproc0", DIGEST) == staged


@given(own=st.text(min_size=1, max_size=60), number=st.integers(0, 99), digest=st.binary(min_size=32, max_size=32))
def test_the_own_name_is_read_out_of_the_staged_one(own: str, number: int, digest: bytes) -> None:
    name = staged_name(own, f"remoteproc{number}", digest.hex())
    assert own_name(name) == own
    assert is_staged(name)
    assert is_of(name, own, f"remoteproc{number}")


@pytest.mark.parametrize(
    "name", ["hub.elf", "hub.rproc-tui-0-1a2b.elf", "hub.rproc-tui-x-1a2b3c4d5e6f.elf", "", "unknown"]
)
def test_what_nobody_staged_is_its_own_name(name: str) -> None:
    assert own_name(name) == name
    assert not is_staged(name)


def test_a_build_is_that_of_one_processor_and_one_firmware_name() -> None:
    name = staged_name("hub.elf", "remoteproc1", DIGEST)
    assert not is_of(name, "hub.elf", "remoteproc11")
    assert not is_of(name, "other.elf", "remoteproc1")
