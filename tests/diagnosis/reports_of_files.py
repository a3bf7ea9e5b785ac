"""Reports about firmware files."""

from __future__ import annotations

import errno

from rproc_tui.model.firmware_place import Obstacle
from rproc_tui.model.outcome import Verb
from tests.diagnosis.report import Report, boot, heard, image, place, processor

NOT_FOUND = """
[22251.654264] remoteproc remoteproc2: powering up 4a338000.pru
[22251.654353] remoteproc remoteproc2: Direct firmware load for am335x-pru1-fw failed with error -2
[22251.654371] remoteproc remoteproc2: request_firmware failed: -2
[22251.665903] remoteproc remoteproc2: Boot failed: -2
"""
DEBIAN = """
[    2.739494] remoteproc remoteproc0: powering up m4
[    2.739718] remoteproc remoteproc0: firmware: failed to load nosuch (-2)
[    2.739829] firmware_class: See https://wiki.debian.org/Firmware for information about missing firmware
[    2.740165] remoteproc remoteproc0: request_firmware failed: -2
[    2.740180] remoteproc remoteproc0: Boot failed: -2
"""
EARLY = """
[   10.600283] remoteproc remoteproc0: 5000000.m4fss is available
[   10.615269] remoteproc remoteproc0: Direct firmware load for am62-mcu-m4f0_0-fw failed with error -2
[   10.650058] remoteproc remoteproc0: powering up 5000000.m4fss
[   10.677073] remoteproc remoteproc0: Direct firmware load for am62-mcu-m4f0_0-fw failed with error -2
[   10.696173] remoteproc remoteproc0: request_firmware failed: -2
"""
FALLBACK = """
[ 84.714629] remoteproc remoteproc0: powering up imx-rproc
[ 84.732549] remoteproc remoteproc0: Falling back to sysfs fallback for: rpmsg_lite_str_echo_rtos_remote.bin
"""
ABSOLUTE = """
[18402.215721] remoteproc remoteproc0: powering up imx-rproc
[18402.221215] remoteproc remoteproc0: Direct firmware load for /lib/firmware/zephyr.elf failed with error -2
"""
UNFIT = """
remoteproc remoteproc1: powering up 4a334000.pru
remoteproc remoteproc1: loading /lib/firmware/am335x-pru0-fw failed with error -22
remoteproc remoteproc1: Direct firmware load for am335x-pru0-fw failed with error -22
remoteproc remoteproc1: request_firmware failed: -22
remoteproc remoteproc1: Boot failed: -22
"""


def requested(number: int) -> str:
    return f"""
remoteproc remoteproc0: powering up m4
remoteproc remoteproc0: loading /lib/firmware/fw.elf failed with error -{number}
remoteproc remoteproc0: Direct firmware load for fw.elf failed with error -{number}
remoteproc remoteproc0: request_firmware failed: -{number}
remoteproc remoteproc0: Boot failed: -{number}
"""


def refused(line: str, *, booting: bool = False) -> str:
    name = "remoteproc remoteproc0: Booting fw image fw.elf, size 1186616\n" if booting else ""
    return f"""
[ 82.376063] remoteproc remoteproc0: powering up m33
{name}[ 82.378336] remoteproc remoteproc0: {line}
[ 82.381610] remoteproc remoteproc0: Boot failed: -22
"""


GONE = errno.ENOENT

REPORTS: tuple[Report, ...] = (
    boot("D1", "firmware-not-found", NOT_FOUND, GONE, words=("am335x-pru1-fw",)),
    boot(
        "D1",
        "firmware-not-found",
        NOT_FOUND,
        GONE,
        place=place(None, None, similar=("am335x-pru0-fw",)),
        words=("am335x-pru0-fw", "/lib/firmware/updates"),
    ),
    boot("D1", "firmware-not-found", DEBIAN, GONE, words=("nosuch",)),
    boot("D1", "firmware-not-found", number=GONE, words=("fw.elf",)),
    boot(
        "D1",
        "firmware-dangling-link",
        NOT_FOUND,
        GONE,
        place=place(Obstacle.DANGLING, target="/opt/fw.elf"),
        words=("/opt/fw.elf",),
    ),
    boot("D1", "firmware-there-but-not-seen", NOT_FOUND, GONE, place=place()),
    boot("D1", "firmware-path-absolute", ABSOLUTE, GONE, words=("/lib/firmware/zephyr.elf",)),
    heard("D2", "firmware-too-early", EARLY, words=("am62-mcu-m4f0_0-fw",)),
    heard("D3", "firmware-fallback", FALLBACK, words=("rpmsg_lite_str_echo_rtos_remote.bin",)),
    boot(
        "D4",
        "firmware-is-directory",
        UNFIT,
        place=place(Obstacle.DIRECTORY, "/lib/firmware/am335x-pru0-fw"),
        words=("/lib/firmware/am335x-pru0-fw",),
    ),
    boot("D4", "firmware-is-empty", UNFIT, place=place(Obstacle.EMPTY)),
    boot("D4", "firmware-not-regular", UNFIT, place=place(Obstacle.NOT_REGULAR)),
    boot("D4", "firmware-unfit", UNFIT, words=("/lib/firmware/am335x-pru0-fw",)),
    boot(
        "D4",
        "firmware-name-has-dots",
        """
remoteproc remoteproc0: powering up m4
remoteproc remoteproc0: Firmware load for '../fw.elf' refused, path contains '..' component
remoteproc remoteproc0: request_firmware failed: -22
remoteproc remoteproc0: Boot failed: -22
""",
    ),
    boot("D6", "firmware-open-for-writing", requested(26), errno.ETXTBSY),
    boot("D4", "firmware-not-permitted", requested(13), errno.EACCES),
    boot("D4", "firmware-disk-error", requested(5), errno.EIO),
    boot("D4", "firmware-link-loop", requested(40), errno.ELOOP),
    boot("D4", "firmware-name-too-long", requested(36), errno.ENAMETOOLONG),
    boot("D4", "firmware-too-large", requested(27), errno.EFBIG),
    boot(
        "D4",
        "firmware-cannot-be-unpacked",
        "remoteproc remoteproc0: xz decompression failed (xz_ret=6)" + requested(22),
    ),
    boot("D5", "not-elf", refused("Image is corrupted (bad magic)")),
    boot(
        "D5",
        "not-elf",
        refused("Image is corrupted (bad magic)"),
        image=image(b":10010000214601360121470136007EFE09D2190140\n"),
        words=("hex",),
    ),
    boot("D6", "truncated-header", refused("Image is too small")),
    boot("D6", "truncated-header", refused("Firmware size is too small")),
    boot("D6", "truncated-header", refused("elf64 header is too small")),
    boot("D6", "truncated-header", refused("Section headers are out of bounds")),
    boot(
        "D6",
        "truncated",
        refused("truncated fw: need 0x121c48 avail 0x10000", booting=True),
        words=("64 KiB", "1.1 MiB"),
    ),
    boot("D7", "elf-class", refused("Unsupported class: 3"), words=("3",)),
    boot("D7", "elf64-on-old-kernel", refused("Unsupported class: 2")),
    boot("D7", "elf-endianness", refused("Unsupported firmware endianness")),
    boot("D7", "no-program-headers", refused("No loadable segments")),
    Report("D7", "no-program-headers", refused("No loadable segments"), Verb.RELOAD, errno.EINVAL, of=processor("m33")),
)
