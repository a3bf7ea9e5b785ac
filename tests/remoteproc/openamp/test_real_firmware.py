"""Real firmware through both kinds of store, against what the kernel's loader puts there (where the files are kept)."""

from __future__ import annotations

from pathlib import Path

import pytest

from rproc_tui.remoteproc import elf_loader
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.openamp import (
    ImageStore,
    IoRegion,
    OpenampError,
    Remoteproc,
    ReturnCode,
    SeekableStore,
    add_mem,
    init,
    init_mem,
    load,
)
from rproc_tui.remoteproc.openamp.elf_image import ElfImage
from rproc_tui.remoteproc.openamp.firmware_image import Segment
from tests.remoteproc.example_driver import ExampleDriver
from tests.remoteproc.openamp.remote import Notes, seekable, streaming
from tests.remoteproc.rig import Rig

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "firmware"
MEMORY_MOST = 16 << 20


def is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


FILES = sorted(path for path in FOLDER.glob("*") if path.is_file() and is_elf(path))

pytestmark = pytest.mark.skipif(not FILES, reason="the collection of real firmware is not here")


def parts(content: bytes) -> tuple[list[Segment], bool]:
    """The segments, and whether all headers are in the file."""
    image = ElfImage()
    complete = image.load_header(content, 0) is None
    segments = []
    while (segment := image.next_segment()) is not None:
        segments.append(segment)
    return segments, complete


class Memory:
    """As much as the segments cover, in stretches, first filled with a mark."""

    def __init__(self, segments: list[Segment]) -> None:
        self.stretches: list[tuple[int, memoryview]] = []
        begin = end = -1
        for segment in sorted(segments, key=lambda segment: segment.da):
            if segment.da > end:
                self._add(begin, end)
                begin = segment.da
            end = max(end, segment.da + segment.memory_size)
        self._add(begin, end)

    def _add(self, begin: int, end: int) -> None:
        if end > begin:
            self.stretches.append((begin, memoryview(bytearray(b"\xa5" * (end - begin)))))

    @property
    def content(self) -> list[tuple[int, bytes]]:
        return [(begin, bytes(view)) for begin, view in self.stretches]


class Driver(ExampleDriver):
    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.memory = memory

    def da_to_va(self, _rproc: Rproc, da: int, length: int) -> memoryview | None:
        for begin, view in self.memory.stretches:
            if begin <= da and da + length <= begin + len(view):
                return view[da - begin : da - begin + length]
        return None


def as_kernel(content: bytes, segments: list[Segment]) -> tuple[bool, Memory]:
    memory = Memory(segments)
    try:
        elf_loader.load_segments(Rig(driver=Driver(memory)).rproc, content)
    except OSError:
        return False, memory
    return True, memory


def as_openamp(content: bytes, segments: list[Segment], store: ImageStore) -> tuple[int, Memory, Remoteproc]:
    memory = Memory(segments)
    remoteproc = init(Remoteproc(), Notes())
    assert remoteproc is not None
    for begin, view in memory.stretches:
        add_mem(remoteproc, init_mem("", begin, begin, len(view), IoRegion(view, begin)))
    remoteproc.state = remoteproc.state.READY
    try:
        load(remoteproc, "m4.elf", store)
    except OpenampError as error:
        return error.code, memory, remoteproc
    section = elf_loader._find_table(Rig().rproc, content)
    if remoteproc.rsc_table is not None and section is not None:  # notify ids are the only difference
        remoteproc.rsc_table[:] = content[section.offset : section.offset + section.size]
    return 0, memory, remoteproc


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_both_stores_put_into_memory_what_the_kernel_puts_there(path: Path) -> None:
    content = path.read_bytes()
    segments, complete = parts(content)
    if sum(segment.memory_size for segment in segments) > MEMORY_MOST:
        pytest.skip("more memory than a test should take")
    kernel_loads, kernels = as_kernel(content, segments)
    loads = complete and all(is_loadable(segment, len(content)) for segment in segments)
    for store in (seekable(content), streaming(content, keep=len(content)), streaming(content)):
        code, memory, remoteproc = as_openamp(content, segments, store)
        if isinstance(store, SeekableStore) or store._keep or has_headers_first(content, segments):
            assert code == (0 if loads else ReturnCode.EINVAL)
        if code == 0:
            assert remoteproc.bootaddr == elf_loader.get_boot_addr(Rig().rproc, content)
            assert memory.content == kernels.content or not kernel_loads


def is_loadable(segment: Segment, size: int) -> bool:
    """OpenAMP refuses an empty segment, which a kernel skips, and never asks where the data of one without any is."""
    end = segment.data.offset + segment.data.length
    return segment.memory_size > 0 and (segment.data.length == 0 or end <= size)


def has_headers_first(content: bytes, segments: list[Segment]) -> bool:
    """Whether a stream that goes by once can be loaded for sure: ELF and program headers, then the data in order."""
    wide = content[4] == 2
    phoff = int.from_bytes(content[32:40] if wide else content[28:32], "little")
    offsets = [segment.data.offset for segment in segments if segment.data.length]
    return phoff == (64 if wide else 52) and offsets == sorted(offsets) and min(offsets, default=4096) >= 4096


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("xilinx-zynqmp-app_echo_test_r5_1.elf", {31, 1, 2}),  # which it asks for
        ("xilinx-zynq7000-a9-slave.elf", {0, 1, 2}),
        ("st-stm32mp157-cubeide-i2c-gpio-openamp.elf", set()),  # it wants 0 for the device and for a ring
    ],
)
def test_the_notify_ids_of_real_tables_are_honoured(name: str, ids: set[int]) -> None:
    if not (FOLDER / name).exists():
        pytest.skip(f"{name} is not here")
    content = (FOLDER / name).read_bytes()
    code, _, remoteproc = as_openamp(content, parts(content)[0], seekable(content))
    assert code == 0
    assert remoteproc.notify_ids.taken == ids
    assert (remoteproc.rsc_table is not None) is bool(ids)
