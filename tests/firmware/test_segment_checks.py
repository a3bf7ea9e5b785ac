"""What is odd about segments and headers that Linux takes."""

from __future__ import annotations

import pytest

from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.inspect import facts
from tests.firmware.images import Image, Load, brief

CODE = Load(0x1000, bytes(64), flags=5)
DATA = Load(0x2000, bytes(64), flags=6)


def look(image: bytes) -> FirmwareFacts:
    return facts("x.elf", image, len(image), digest=False)


def build(*loads: Load, bits: int = 32, **header: int) -> bytes:
    return Image(loads, header={"entry": 0x1000, **header}, bits=bits).build()


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (build(CODE, entry=0xDEADBEE1), "entry-outside"),
        (build(CODE, DATA, entry=0x2000), "entry-data"),
        (build(CODE, Load(0x1000, bytes(8))), "segment-overlap"),
        (build(Load(0x1000, b"", memsz=0x2000), Load(0x2FFF, bytes(8))), "segment-overlap"),
        (build(CODE, Load(0x2000, bytes(64), offset=84)), "bytes-shared"),
        (build(CODE, Load(0xFFFFFF80, bytes(64), memsz=256)), "address-wraps"),
        (build(CODE, Load(2**64 - 64, bytes(64), memsz=65), bits=64), "address-wraps"),
        (build(CODE, Load(0x2000, b"", memsz=0xFFFF0000)), "length-large"),
        (build(CODE, Load(0x100000000, bytes(8)), bits=64), "address-64"),
        (build(CODE, Load(0x2000, bytes(8), align=3)), "align"),
        (build(CODE, Load(0, b"")), "empty-segment"),
        (build(Load(type=4)), "nothing-loaded"),
        (build(CODE, type=3), "type"),
        (build(CODE, type=1), "type"),
        (build(CODE, type=4), "type"),
        (build(CODE, Load(type=3, flags=4)), "program"),
        (build(CODE, machine=62), "foreign-machine"),
        (build(CODE, machine=3), "foreign-machine"),
        (build(CODE, machine=65535), "foreign-machine"),
        (build(CODE, version=0), "version"),
        (build(CODE, Load(type=0, flags=2 << 24)), "qualcomm"),
    ],
    ids=brief,
)
def test_an_oddity_is_named_and_the_file_still_boots(image: bytes, code: str) -> None:
    found = look(image)
    assert code in [problem.code for problem in found.problems]
    assert found.boots


@pytest.mark.parametrize(
    "image",
    [
        build(CODE, DATA),
        build(CODE, entry=0x1001),
        build(Load(0x8000, bytes(64), vaddr=0x1000)),
        build(CODE, Load(0x1040, bytes(64))),
        build(CODE, Load(0x2000, bytes(4), align=0)),
        build(CODE, DATA, bits=64, machine=183),
        build(CODE, Load(0x1000, bytes(16), flags=6), machine=144),
        build(Load(0x1000 - 52, b"", offset=0, filesz=84, memsz=84)),
    ],
    ids=brief,
)
def test_an_ordinary_file_gives_no_reason_to_complain(image: bytes) -> None:
    assert [problem.code for problem in look(image).problems if problem.code != "no-table"] == []


def test_two_data_segments_of_a_pru_may_not_overlap() -> None:
    image = build(CODE, DATA, DATA, machine=144)
    assert "segment-overlap" in [problem.code for problem in look(image).problems]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"phentsize": 31}, "bad-phentsize"),
        ({"phentsize": 0}, "bad-phentsize"),
        ({"phoff": 0}, "program-headers-overlap"),
        ({"phoff": 51}, "program-headers-overlap"),
    ],
    ids=brief,
)
def test_a_damaged_header_is_refused_although_the_kernel_does_not_look(header: dict[str, int], code: str) -> None:
    found = look(build(CODE, **header))
    assert found.verdict.sanity == "ok"
    assert not found.boots
    assert code in [problem.code for problem in found.problems if problem.fatal]


def test_an_overlap_says_how_much_and_who_wins() -> None:
    (problem,) = [p for p in look(build(CODE, Load(0x1020, bytes(64)))).problems if p.code == "segment-overlap"]
    assert problem.message == "segments 0 and 1 share 0x20 bytes of memory from 0x1020: 1 overwrites 0"
