"""Reports about segments, carveouts and resource tables."""

from __future__ import annotations

import errno

from rproc_tui.model.memory import Region, RegionKind
from tests.diagnosis.report import MCU, Report, boot, heard, image, processor
from tests.remoteproc.images import DTCM, Image, Segment, carveout, devmem, table

ELSEWHERE = """
[ 64.542307] remoteproc remoteproc0: powering up m0
[ 64.629520] remoteproc remoteproc0: Booting fw image OpenAMP_TTY_echo_CM33_NonSecure.elf, size 3362196
[ 64.633466] remoteproc remoteproc0: bad phdr da 0x80100000 mem 0x540
[ 64.639731] remoteproc remoteproc0: Failed to load program segments: -22
[ 64.646805] remoteproc remoteproc0: Boot failed: -22
"""
ZYNQ = """
[   33.191560] remoteproc remoteproc0: powering up r5@0
[   33.251450] remoteproc remoteproc0: Booting fw image r5app.elf, size 1250812
[   33.258786] remoteproc remoteproc0: bad phdr da 0x0 mem 0x558
[   33.264532] remoteproc remoteproc0: Failed to load program segments: -22
[   33.271471] remoteproc remoteproc0: Boot failed: -22
"""
ACROSS = """
remoteproc remoteproc0: powering up imx-rproc
remoteproc remoteproc0: Booting fw image rproc-imx-rproc-fw, size 151824
imx-rproc imx8mp-cm7: Translation failed: da = 0x1f48 len = 0x1fcb0
remoteproc remoteproc0: bad phdr da 0x1f48 mem 0x1fcb0
remoteproc remoteproc0: Failed to load program segments: -22
remoteproc remoteproc0: Boot failed: -22
"""
TORADEX = """
[    7.253579] remoteproc remoteproc0: bad phdr da 0x1de78 mem 0xd5a0
[    7.259905] remoteproc remoteproc0: Failed to load program segments: -22
"""
UNTRANSLATED = """
[ 231.254433] remoteproc remoteproc0: powering up imx-rproc
[ 231.323519] remoteproc remoteproc0: Booting fw image rpmsg_rtos_ddr.axf, size 1311480
[ 231.323573] remoteproc remoteproc0: No resource table in elf
[ 231.323671] imx-rproc imx7d-cm4: Translation failed: da = 0x1fff0000 len = 0x8240
[ 231.323683] remoteproc remoteproc0: bad phdr da 0x1fff0000 mem 0x8240
[ 231.323693] remoteproc remoteproc0: Failed to load program segments: -22
[ 231.323990] remoteproc remoteproc0: Boot failed: -22
"""
PRU = """
[ 502.768228] remoteproc remoteproc3: powering up 54474000.pru
[ 502.957138] remoteproc remoteproc3: Booting fw image ethercat_slave_full_AM437x_arm.out, size 2889212
[ 502.966723] remoteproc remoteproc3: bad phdr da 0x80000000 mem 0x448d0
[ 502.975808] remoteproc remoteproc3: Failed to load program segments: -22
[ 502.984443] remoteproc remoteproc3: Boot failed: -22
"""
HEADERLESS = """
[  +0.000018] remoteproc remoteproc1: header-less resource table
[  +0.011879] remoteproc remoteproc1: Failed to find resource table
[  +0.008770] remoteproc remoteproc1: Boot failed: -22
"""
SILENT = """
[   41.653628] remoteproc remoteproc18: powering up 41000000.r5f
[   41.659432] remoteproc remoteproc18: Booting fw image am65x-mcu-r5f0_0-fw, size 3836968
[   41.673325] remoteproc remoteproc18: Boot failed: -22
"""
GARBAGE = """
[    3.016002] remoteproc remoteproc1: attaching to imx-rproc
[    3.026761] remoteproc remoteproc1: carveout rsc has non zero reserved bytes
[    3.039148] remoteproc remoteproc1: Failed to process resources: -22
"""
CVITEK = """
cvitek-rproc c906l_rproc@0: unable to acquire memory-region
remoteproc remoteproc0: Boot failed: -22
"""
NO_MEMORY = """
remoteproc remoteproc0: Booting fw image carvehuge.elf, size 3360
vrproc vrproc.0: failed to allocate dma memory: len 0x70000000
remoteproc remoteproc0: Unable to allocate carveout huge: -12
remoteproc remoteproc0: Failed to allocate associated carveouts: -12
remoteproc remoteproc0: Boot failed: -12
"""


def refused(line: str, *, number: int = 22, stage: str = "Failed to process resources: -{}") -> str:
    last = f"remoteproc remoteproc0: {stage.format(number)}" if stage else ""
    return f"""
remoteproc remoteproc0: powering up vr-m4
remoteproc remoteproc0: Booting fw image fw.elf, size 3360
remoteproc remoteproc0: {line}
{last}
remoteproc remoteproc0: Boot failed: -{number}
"""


def bad_table(line: str) -> str:
    return refused(line, stage="")


PARTS = (Segment(0x8010_0000, b"data", 0x540),)
DDR = Region("ddr", 0x8000_0000, 0x20_0000, RegionKind.RESERVED)
M33 = processor("m33", id="remoteproc1", core="Cortex-M33", regions=(DDR,))
FOR_M33 = image(Image(table=None, segments=list(PARTS)).build())
FOR_RISCV = image(Image(table=None, segments=list(PARTS), machine=243).build())
WITH_DEVMEM = image(Image(table=table(carveout(), devmem())).build())
WITHOUT_TABLE = image(Image(table=None).build())
WITH_TABLE = image(Image(table=table(), table_address=DTCM).build())
WIDE = image(Image(table=table(carveout("mcuram", 0x1000_0000, 0x8_0000))).build())
TWICE = image(Image(table=table(carveout("shm"), carveout("shm"))).build())
IMX = processor("imx-rproc", driver="imx-rproc", regions=())
TCM = processor(
    "r5f",
    regions=(
        Region("atcm", 0x0, 0x8000, RegionKind.CARVEOUT),
        Region("btcm", 0x8000, 0x8000, RegionKind.CARVEOUT),
    ),
)
STRADDLING = """
remoteproc remoteproc0: bad phdr da 0x7f00 mem 0x200
remoteproc remoteproc0: Failed to load program segments: -22
remoteproc remoteproc0: Boot failed: -22
"""
NO_MEM = errno.ENOMEM

REPORTS: tuple[Report, ...] = (
    boot(
        "D8",
        "segment-outside",
        ELSEWHERE,
        image=FOR_M33,
        words=("segment 0", "1.3 KiB", "mcuram", "1.8 GiB behind its end"),
    ),
    boot(
        "D8",
        "segment-outside",
        ZYNQ,
        of=processor("r5@0", regions=(MCU,)),
        words=("256.0 MiB before its start",),
    ),
    boot("D8", "segment-outside", ZYNQ, of=processor("r5@0", regions=()), words=("none of its regions is known",)),
    boot("D9", "segment-across-itcm", ACROSS, of=IMX, words=("127.2 KiB", "0x20000")),
    heard("D9", "segment-across-itcm", TORADEX, of=IMX),
    boot("D9", "segment-straddles", STRADDLING, of=TCM, words=("atcm 0x0-0x7fff and btcm 0x8000-0xffff",)),
    boot("D10", "translation-failed", UNTRANSLATED, of=IMX, words=("imx-rproc", "0x1fff0000")),
    boot(
        "D11",
        "pru-high-address",
        refused("bad phdr da 0x20000000 mem 0x8f4", stage="Failed to load program segments: -22"),
        of=processor("pru", driver="pru-rproc"),
    ),
    boot(
        "D12", "empty-segment", refused("bad phdr da 0x0 mem 0x0", stage="Failed to load program segments: -22"), of=IMX
    ),
    boot(
        "D13",
        "bad-phdr",
        refused("bad phdr filesz 0x20 memsz 0x10", stage="Failed to load program segments: -22"),
        words=("0x20", "0x10"),
    ),
    boot(
        "D13",
        "segment-size-overflow",
        refused(
            "size (100000000) does not fit in size_t type", number=75, stage="Failed to load program segments: -{}"
        ),
        errno.EOVERFLOW,
    ),
    boot(
        "D59",
        "wrong-processor",
        ELSEWHERE,
        of=processor("m0", core="Cortex-M0+"),
        image=FOR_M33,
        neighbours=(M33,),
        words=("remoteproc1 (m33)",),
    ),
    boot(
        "D59",
        "wrong-machine",
        ELSEWHERE,
        of=processor("m0", core="Cortex-M0+"),
        image=FOR_RISCV,
        words=("RISC-V", "Cortex-M0+"),
    ),
    boot("D59", "segment-outside", PRU, of=processor("54474000.pru", driver="pru-rproc"), words=("0x80000000",)),
    boot("D14", "table-headerless", HEADERLESS),
    boot("D14", "table-headerless", bad_table("header-less resource table")),
    boot(
        "D16",
        "no-table",
        SILENT,
        of=processor("41000000.r5f", driver="k3_r5_rproc"),
        image=WITHOUT_TABLE,
        words=("k3_r5_rproc",),
    ),
    boot(
        "D16", "image-refused-in-silence", SILENT, of=processor("41000000.r5f", driver="k3_r5_rproc"), image=WITH_TABLE
    ),
    boot("D16", "image-refused-in-silence", SILENT),
    boot(
        "D16",
        "table-not-found",
        "remoteproc remoteproc1: Failed to find resource table\nremoteproc remoteproc1: Boot failed: -22",
    ),
    boot("D17", "table-outside", bad_table("resource table truncated")),
    boot("D17", "table-incomplete", bad_table("resource table incomplete")),
    boot("D17", "table-version", bad_table("unsupported fw ver: 2"), words=("2",)),
    boot("D17", "table-reserved", bad_table("non zero reserved bytes")),
    boot("D17", "table-entry-offset", refused("rsc table is truncated")),
    heard("D18", "attach-found-garbage", GARBAGE),
    boot("D18", "entry-truncated", refused("trace rsc is truncated"), words=("trace",)),
    boot("D18", "entry-reserved-bytes", refused("carveout rsc has non zero reserved bytes"), words=("carveout",)),
    boot("D19", "too-many-vrings", refused("too many vrings: 3"), words=("3",)),
    boot("D19", "vring-of-nothing", refused("invalid qsz (0) or alignment (4096)"), words=("4096",)),
    boot("D18", "devmem-iommu", refused("Failed to process resources: -22", stage=""), image=WITH_DEVMEM),
    boot("D18", "resources-refused", refused("Failed to process resources: -22", stage="")),
    boot(
        "D20",
        "carveout-too-large",
        refused("Registered carveout doesn't fit len request", number=12),
        NO_MEM,
        image=WIDE,
        words=("0x80000 bytes", "mcuram 0x10000000-0x1003ffff"),
    ),
    boot("D20", "carveout-elsewhere", refused("Registered carveout doesn't fit da request", number=12), NO_MEM),
    boot(
        "D20",
        "carveout-twice",
        refused("Carveout already associated to resource table", number=12),
        NO_MEM,
        image=TWICE,
        words=("'shm'",),
    ),
    boot("D21", "no-memory", NO_MEMORY, NO_MEM, words=("CmaFree",)),
    boot("D21", "carveout-of-no-size", NO_MEMORY.replace("0x70000000", "0x0"), NO_MEM),
    heard("D22", "dma-memory-elsewhere", "vrproc vrproc.0: Allocated carveout doesn't fit device address request"),
    heard(
        "D22", "address-cut-to-32-bit", "remoteproc remoteproc0: DMA address cast in 32bit to fit resource table format"
    ),
    boot("D23", "memory-region-missing", CVITEK, of=processor("c906l", driver="cvitek-rproc")),
    boot(
        "D21",
        "iommu-not-set-up",
        "remoteproc remoteproc0: can't attach iommu device: -19\nremoteproc remoteproc0: can't enable iommu: -19\nremoteproc remoteproc0: Boot failed: -19",  # noqa: E501
        errno.ENODEV,
    ),
)
