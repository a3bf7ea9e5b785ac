import errno
import struct

import pytest

from rproc_tui.remoteproc.profile import V6_1, V6_12
from tests.remoteproc.images import DTCM, GOOD_TABLE, Image, carveout, table, trace
from tests.remoteproc.rig import Rig, refused


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (Image(table=None), None),
        (Image(section_name=b".resource_tables"), None),
        (Image(section_name=b"resource_table"), None),
        (Image(table_size=0x10_0000), "resource table truncated"),
        (Image(table_size=15), "header-less resource table"),
        (Image(table=table(version=2)), "unsupported fw ver: 2"),
        (Image(table=table(version=0xFFFF_FFFF)), "unsupported fw ver: -1"),
        (Image(table=table(reserved=(1, 0))), "non zero reserved bytes"),
        (Image(table=table(reserved=(0, 1))), "non zero reserved bytes"),
        (Image(table=table(*GOOD_TABLE, num=1000)), "resource table incomplete"),
        (Image(table=table(num=0xFFFF_FFFF)), "resource table incomplete"),
    ],
)
def test_without_a_good_table_a_strict_driver_does_not_boot(image: Image, message: str | None) -> None:
    rig = Rig()
    with refused(errno.EINVAL):
        rig.start(image)
    assert rig.lines()[2:-1] == ([f"<3> {message}"] if message else [])
    assert rig.rproc.table is None


def test_a_string_table_outside_the_file_is_noticed_only_by_newer_kernels() -> None:
    image = Image(strtab_offset=0x10_0000)
    for profile, expected in ((V6_1, []), (V6_12, ["<3> resource table truncated"])):
        rig = Rig(profile)
        with refused(errno.EINVAL):
            rig.start(image)
        assert [line for line in rig.lines() if "table" in line] == expected


def test_what_goes_wrong_before_the_resources_leaves_the_drivers_carveouts() -> None:
    """The kernel's undo of a failed `parse_fw` stops short of the carveouts that `prepare` registered."""
    rig = Rig()
    for attempt in range(1, 3):
        with refused(errno.EINVAL):
            rig.start(Image(table=None))
        assert [carveout.name for carveout in rig.rproc.carveouts] == ["ddr"] * attempt
    rig.start(Image())
    assert rig.read("/carveout_memories").count("Name: ddr\n") == 3
    rig.write("state", "stop")
    rig.assert_nothing_is_held()


def test_the_table_is_copied_to_the_address_of_its_section() -> None:
    rig = Rig()
    rig.start()
    assert rig.rproc.table is not None
    size = len(table(*GOOD_TABLE))
    assert len(rig.rproc.table) == size
    (da,) = struct.unpack_from("<I", rig.driver.dtcm, 16 + 4 * 5 + 56 + 4)  # of the carveout that was allocated
    assert da == rig.rproc.carveouts[1].da


def test_a_table_whose_address_leads_nowhere_stays_the_kernels_own() -> None:
    rig = Rig()
    content = table(carveout(), trace())
    rig.start(Image(table=content, table_address=DTCM))
    rig.write("state", "stop")
    image = bytearray(Image(table=content).build())
    at = image.index(struct.pack("<II", 3, DTCM)) + 4  # sh_flags, sh_addr of the section
    struct.pack_into("<I", image, at, 0x7000_0000)
    rig.install(bytes(image))
    rig.start()
    assert rig.rproc.table is not None
    assert rig.rproc.table.obj is rig.rproc.cached_table
    assert "Entry 0 is of type carveout" in rig.read("/resource_table")


def test_trailing_bytes_of_the_section_belong_to_the_table() -> None:
    rig = Rig()
    rig.start(Image(table=table(carveout()) + b"\x55" * 8))
    assert rig.rproc.table_size == len(table(carveout())) + 8
