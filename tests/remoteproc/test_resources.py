import errno
import struct

import pytest

from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.profile import V5_19, V6_12
from tests.remoteproc.example_driver import ExampleDriver
from tests.remoteproc.images import ANY, DDR, Image, carveout, devmem, table, trace, unknown, vdev
from tests.remoteproc.rig import Rig, refused


def fail(rig: Rig, content: bytes, number: int) -> list[str]:
    """What the handlers say of a table that does not boot."""
    with refused(number):
        rig.start(Image(table=content))
    said = [line for line in rig.lines() if "direct-loading" not in line]
    assert said[-2:] == [f"<3> Failed to process resources: -{number}", f"<3> Boot failed: -{number}"]
    rig.assert_nothing_is_held()
    return said[2:-2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (table(carveout()[:55]), "carveout rsc is truncated"),
        (table(carveout(reserved=1)), "carveout rsc has non zero reserved bytes"),
        (table(trace()[:47]), "trace rsc is truncated"),
        (table(trace(reserved=1)), "trace rsc has non zero reserved bytes"),
        (table(vdev()[:-1]), "vdev rsc is truncated"),
        (table(vdev(vrings=0)[:27]), "vdev rsc is truncated"),
        (table(vdev(vrings=1, claim=2)), "vdev rsc is truncated"),
        (table(vdev(config=b"12345678")[:-1]), "vdev rsc is truncated"),
        (table(vdev(reserved=b"\1\0")), "vdev rsc has non zero reserved bytes"),
        (table(vdev(reserved=b"\0\1")), "vdev rsc has non zero reserved bytes"),
        (table(vdev(vrings=3)), "too many vrings: 3"),
        (table(vdev(vrings=255)), "too many vrings: 255"),
        (table(devmem()), None),
        (table(devmem()[:8]), None),
        (table(carveout(), offsets=[0x10000]), "rsc table is truncated"),
        (table(carveout(), offsets=[0xFFFF_FFF0]), "rsc table is truncated"),
        (table(carveout(), offsets=[15]), "rsc table is truncated"),
        (table(carveout(), offsets=[20 + 56 - 3]), "rsc table is truncated"),
    ],
)
def test_a_bad_entry_ends_the_boot(content: bytes, message: str | None) -> None:
    assert fail(Rig(), content, errno.EINVAL) == ([f"<3> {message}"] if message else [])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (carveout(length=0x10_0001), "Registered carveout doesn't fit len request"),
        (carveout(da=DDR - 1), "Registered carveout doesn't fit da request"),
        (carveout(da=DDR + 0x1000, length=0xF_F001), "Registered carveout doesn't fit len request"),
    ],
)
def test_a_carveout_that_does_not_fit_the_registered_one_has_no_memory(entry: bytes, message: str) -> None:
    assert fail(Rig(), table(entry), errno.ENOMEM) == [f"<3> {message}"]


def test_a_fixed_address_does_not_fit_a_registered_carveout_without_one() -> None:
    class AnyAddress(ExampleDriver):
        def prepare(self, rproc: Rproc) -> None:
            rproc.add_carveout("ddr", ANY, self.ddr)

    assert fail(Rig(driver=AnyAddress()), table(carveout()), errno.ENOMEM) == []


@pytest.mark.parametrize("name", ["ddr", ""])
def test_two_entries_cannot_have_one_carveout(name: str) -> None:
    same = carveout(name, ANY, 0x1000) if name == "" else carveout()
    assert fail(Rig(), table(same, same), errno.ENOMEM) == ["<3> Carveout already associated to resource table"]


@pytest.mark.parametrize("length", [0, 0x7000_0000])
def test_memory_that_is_not_to_be_had_fails_the_boot(length: int) -> None:
    rig = Rig()
    with refused(errno.ENOMEM):
        rig.start(Image(table=table(carveout("big", ANY, length))))
    assert [line.replace("example-rproc 10000000.m4: ", "") for line in rig.lines()[2:]] == [
        f"<3> failed to allocate dma memory: len {length:#x}",
        "<3> Unable to allocate carveout big: -12",
        "<3> Failed to allocate associated carveouts: -12",
        "<3> Boot failed: -12",
    ]
    rig.assert_nothing_is_held()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("shm", "shm"),
        ("100%%", "100%"),
        ("a" * 32, "a" * 31),
        ("%" * 32, "%" * 16),
        (b"\xff\xfe", b"\xff\xfe".decode(errors="surrogateescape")),
    ],
)
def test_a_carveouts_name_is_a_format_of_31_characters(name: str | bytes, shown: str) -> None:
    rig = Rig()
    rig.start(Image(table=table(carveout(name, ANY, 0x1000))))
    assert rig.rproc.carveouts[1].name == shown


def test_an_entry_tells_what_became_of_its_wish() -> None:
    rig = Rig()
    rig.start(Image(table=table(carveout(length=0x1000, flags=5), carveout("shm", ANY, 0x2345))))
    text = rig.read("/resource_table")
    dma = rig.rproc.carveouts[1].dma
    assert text == (
        f"Entry 0 is of type carveout\n  Device Address {DDR:#x}\n  Physical Address 0x90000000\n"
        "  Length 0x100000 Bytes\n  Flags 0x5\n  Reserved (should be zero) [0]\n  Name ddr\n\n"
        f"Entry 1 is of type carveout\n  Device Address {dma:#x}\n  Physical Address {dma:#x}\n"
        "  Length 0x2345 Bytes\n  Flags 0x0\n  Reserved (should be zero) [0]\n  Name shm\n\n"
    )


def test_a_wish_for_an_address_is_only_warned_about() -> None:
    rig = Rig()
    rig.start(Image(table=table(carveout("shm", 0x1234_0000, 0x1000))))
    assert rig.lines()[2] == "<4> example-rproc 10000000.m4: Allocated carveout doesn't fit device address request"
    assert rig.rproc.carveouts[1].da == 0x1234_0000
    assert rig.rproc.da_to_va(0x1234_0000, 0x1000) is not None


def test_memory_above_4_gib_is_cast_to_fit_the_table() -> None:
    rig = Rig()
    rig.pool.next_address = 0x1_2345_6000
    rig.start(Image(table=table(carveout("shm", ANY, 0x1000))))
    assert rig.lines()[2:4] == [
        "<4> DMA address cast in 32bit to fit resource table format",
        "<4> Physical address cast in 32bit to fit resource table format",
    ]
    assert rig.rproc.carveouts[1].da == 0x2345_6000


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (4, "unsupported resource 4"),
        (127, "unsupported resource 127"),
        (128, "unsupported vendor resource 128"),
        (512, "unsupported vendor resource 512"),
        (513, "unsupported resource 513"),
        (0xFFFF_FFFF, "unsupported resource -1"),
    ],
)
def test_entries_that_nobody_knows_are_passed_over(kind: int, message: str) -> None:
    rig = Rig()
    rig.start(Image(table=table(unknown(kind), trace())))
    assert rig.lines()[2] == f"<4> {message}"
    shown = kind - (1 << 32) if kind >> 31 else kind
    assert rig.read("/resource_table").startswith(f"Unknown resource type found: {shown} [hdr: ")
    assert "Entry 1 is of type trace" in rig.read("/resource_table")


class VendorDriver(ExampleDriver):
    """Answers vendor entries with a word, or with an errno."""

    def __init__(self, answer: bool | int) -> None:
        super().__init__()
        self.answer = answer
        self.seen: list[tuple[int, int, bytes]] = []

    def handle_rsc(self, _rproc: Rproc, kind: int, payload: memoryview, offset: int) -> bool:
        self.seen.append((kind, offset, bytes(payload[:4])))
        if isinstance(self.answer, bool):
            return self.answer
        raise OSError(self.answer, "no")


def test_a_driver_sees_vendor_entries_first() -> None:
    entry = struct.pack("<I", 200) + b"DATA"
    taken, refusing, failing = (VendorDriver(answer) for answer in (True, False, errno.ENXIO))
    rig = Rig(driver=taken)
    rig.start(Image(table=table(entry)))
    assert taken.seen == [(200, 24, b"DATA")]
    assert not [line for line in rig.lines() if "vendor" in line]
    rig = Rig(driver=refusing)
    rig.start(Image(table=table(entry)))
    assert "<4> unsupported vendor resource 200" in rig.lines()
    assert fail(Rig(driver=failing), table(entry, carveout(reserved=1)), errno.ENXIO) == []


def test_a_trace_entry_needs_no_memory() -> None:
    rig = Rig()
    rig.start(Image(table=table(trace(0x7000_0000), trace(ANY), trace(length=0))))
    assert [rig.read(f"/trace{number}") for number in range(3)] == ["Trace  not available\n"] * 2 + [""]


def test_older_kernels_let_an_entry_begin_in_the_header() -> None:
    content = table(b"", offsets=[4])  # whose type is then the number of entries, 1: devmem
    assert fail(Rig(V6_12), content, errno.EINVAL) == ["<3> rsc table is truncated"]
    assert fail(Rig(V5_19), content, errno.EINVAL) == []
