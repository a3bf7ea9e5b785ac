import errno

import pytest

from rproc_tui.remoteproc.core import Rproc
from tests.remoteproc.images import ANY, Image, carveout, devmem, table
from tests.remoteproc.rig import Rig, refused


class Translation:
    """A domain that remembers what it maps."""

    def __init__(self, fails: str = "") -> None:
        self.fails = fails
        self.attached = False
        self.mapped: dict[int, tuple[int, int, int]] = {}

    def attach(self) -> None:
        self._fail("attach")
        self.attached = True

    def detach(self) -> None:
        self.attached = False

    def map(self, da: int, pa: int, length: int, flags: int) -> None:
        self._fail("map")
        self.mapped[da] = (pa, length, flags)

    def unmap(self, da: int, length: int) -> int:
        self.mapped.pop(da, None)
        return length // 2 if self.fails == "unmap" else length

    def _fail(self, act: str) -> None:
        if self.fails == act:
            raise OSError(errno.ENODEV, "none")


def behind(domain: Translation | None) -> Rig:
    def set_up(rproc: Rproc) -> None:
        rproc.has_iommu, rproc.iommu = True, domain

    return Rig(set_up=set_up)


def test_devmem_and_fixed_addresses_are_mapped_while_it_runs() -> None:
    domain = Translation()
    rig = behind(domain)
    wish = carveout("shm", 0x1234_0000, 0x1000, flags=3)
    rig.start(Image(table=table(devmem(0x4000_0000, 0x5000_0000), wish, carveout("any", ANY, 0x1000))))
    shm = rig.rproc.carveouts[1]
    assert domain.attached
    assert domain.mapped == {0x4000_0000: (0x5000_0000, 0x1000, 3), 0x1234_0000: (shm.dma, 0x1000, 3)}
    assert "Entry 0 is of type devmem\n  Device Address 0x40000000\n" in rig.read("/resource_table")
    rig.write("state", "stop")
    assert (domain.mapped, domain.attached) == ({}, False)
    rig.assert_nothing_is_held()


@pytest.mark.parametrize(
    ("domain", "number", "lines"),
    [
        (None, errno.ENOMEM, ["<3> can't alloc iommu domain", "<3> can't enable iommu: -12"]),
        (
            Translation("attach"),
            errno.ENODEV,
            ["<3> can't attach iommu device: -19", "<3> can't enable iommu: -19"],
        ),
        (Translation("map"), errno.ENODEV, ["<3> failed to map devmem: -19", "<3> Failed to process resources: -19"]),
    ],
)
def test_an_iommu_that_fails_fails_the_boot(domain: Translation | None, number: int, lines: list[str]) -> None:
    rig = behind(domain)
    with refused(number):
        rig.start(Image(table=table(devmem())))
    assert rig.lines()[2:] == [*lines, f"<3> Boot failed: -{number}"]
    rig.assert_nothing_is_held()


def test_a_carveout_that_cannot_be_mapped_is_given_back() -> None:
    rig = behind(Translation("map"))
    with refused(errno.ENOMEM):
        rig.start(Image(table=table(carveout("shm", 0x1234_0000, 0x1000))))
    assert rig.lines()[2:] == [
        "<3> iommu_map failed: -19",
        "<3> Unable to allocate carveout shm: -19",
        "<3> Failed to allocate associated carveouts: -12",
        "<3> Boot failed: -12",
    ]
    rig.assert_nothing_is_held()


def test_a_mapping_that_went_missing_is_complained_about() -> None:
    rig = behind(Translation("unmap"))
    rig.start(Image(table=table(devmem())))
    rig.lines()
    rig.write("state", "stop")
    assert "<3> failed to unmap 1000/2048" in rig.lines()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (devmem()[:55], "devmem rsc is truncated"),
        (devmem(reserved=1), "devmem rsc has non zero reserved bytes"),
    ],
)
def test_with_an_iommu_a_bad_devmem_entry_is_named(entry: bytes, message: str) -> None:
    rig = behind(Translation())
    with refused(errno.EINVAL):
        rig.start(Image(table=table(entry)))
    assert f"<3> {message}" in rig.lines()
