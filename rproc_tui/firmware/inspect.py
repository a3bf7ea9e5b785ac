"""Everything about one firmware file, in one call: what it is, what is in it, and what the kernel would say.

Pure: the bytes come from outside. The same facts serve `inspect`, the check before a reload and the screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rproc_tui.firmware import kernel_verdict
from rproc_tui.firmware.container import ELF, RAW, SAMPLE, XZ, ZSTD, Container, recognise
from rproc_tui.firmware.elf import read_elf
from rproc_tui.firmware.elf_header import MAGIC, parse_header
from rproc_tui.firmware.facts import ABSENT, NOT_REACHED, OK, Elf, FirmwareFacts, KernelVerdict, Problem
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.image import Image
from rproc_tui.firmware.resource_table import table_verdict
from rproc_tui.firmware.segment_checks import check_headers, check_kind, check_segments
from rproc_tui.firmware.table_place import read_table
from rproc_tui.model.resource_table import ResourceTable
from rproc_tui.sanitise import sanitise

SUFFIXES = {XZ: ".xz", ZSTD: ".zst"}
"""What the kernel appends to the name that it is asked for when it looks for a packed file."""
EINVAL = 22
EFBIG = 27
DIGEST_LIMIT = 256 << 20
"""Bytes; what is larger gets no checksum."""
DIGEST_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Inside:
    """What one image holds, packed or not."""

    verdict: KernelVerdict
    elf: Elf | None
    table: ResourceTable | None
    problems: tuple[Problem, ...]


def facts(
    name: str, image: Image, size: int, *, digest: bool = True, unpacked_by_kernel: bool = False
) -> FirmwareFacts:
    """The facts of a file of `size` bytes. Never raises for what is in it; time and memory are bounded.

    `name` is the path as people know it. `digest=False` leaves the checksum out. A packed file is judged as the kernel
    meets it under its own name, raw; with `unpacked_by_kernel` as it meets it when it is asked for the name without
    `.xz` or `.zst`.
    """
    container = recognise(name, image, size)
    if container.kind == ELF:
        inside = _read_elf(image, size)
    elif container.kind in SUFFIXES:
        inside = _read_packed(name, image, size, container, unpacked_by_kernel)
    else:
        inside = _refuse(container, image, size)
    if size > kernel_verdict.LARGEST_FILE:
        inside = _too_large(inside, size)
    return FirmwareFacts(
        file=sanitise(name),
        size=size,
        sha256=sha256(image, size) if digest else None,
        container=container.kind,
        verdict=inside.verdict,
        elf=inside.elf,
        resource_table=inside.table,
        problems=inside.problems,
    )


def unreadable(name: str, container: str, size: int, problem: Problem) -> FirmwareFacts:
    """The facts of what cannot be read at all: a folder, a FIFO, a file that is not there. `problem` says why."""
    verdict = KernelVerdict(problem.kernel or problem.message, NOT_REACHED, NOT_REACHED)
    return FirmwareFacts(sanitise(name), size, None, container, verdict, None, None, (replace(problem, fatal=True),))


def sha256(image: Image, size: int) -> str | None:
    """The checksum in hex; None for what is too large."""
    if size > DIGEST_LIMIT:
        return None
    import hashlib  # noqa: PLC0415 (loads OpenSSL; whoever wants no checksum does not wait for it)

    digest = hashlib.sha256()
    for at in range(0, size, DIGEST_CHUNK):
        digest.update(image[at : min(size, at + DIGEST_CHUNK)])
    return digest.hexdigest()


def _read_elf(image: Image, size: int) -> _Inside:
    sanity = kernel_verdict.sanity(image, size)
    findings = Findings()
    if sanity != OK:
        findings.error("sanity", _explain_sanity(sanity, size), kernel=sanity, fatal=True)
    header = parse_header(image, size)
    if header is None:
        return _Inside(KernelVerdict(sanity, NOT_REACHED, NOT_REACHED), None, None, findings.problems())
    check_headers(header, findings)
    elf = read_elf(image, size, header, findings)
    load = kernel_verdict.load(header, elf.segments, size, findings)
    check_kind(elf, findings)
    check_segments(elf, findings)
    of_table = Findings()
    table, found = read_table(image, size, header, elf, of_table)
    findings.extend(of_table.problems())
    judged = table_verdict(of_table.problems())
    if sanity == OK:
        verdict = KernelVerdict(sanity, load, judged if found or judged != OK else ABSENT)
        return _Inside(verdict, elf, table, findings.problems())
    spoken, *unspoken = findings.problems()
    silenced = (replace(problem, kernel=None) for problem in unspoken)  # the kernel stops at the first
    return _Inside(KernelVerdict(sanity, NOT_REACHED, NOT_REACHED), elf, table, (spoken, *silenced))


def _explain_sanity(message: str, size: int) -> str:
    if message == kernel_verdict.TOO_SMALL or message.startswith(("Section header", "elf64", "Firmware size")):
        return f"its headers reach behind its end at {size:#x}: it is cut off, or damaged"
    if message.startswith("No loadable"):
        return "it has no program headers, so nothing says what to load where: an object file, or linked wrongly"
    if "endianness" in message:
        return "its byte order is not that of Linux, little-endian"
    return "its ELF header is damaged"


def _read_packed(name: str, image: Image, size: int, container: Container, unpacked_by_kernel: bool) -> _Inside:
    from rproc_tui.firmware.decompress import ZSTD_MISSING, unpack  # noqa: PLC0415 (packed files are rare, lzma loads slowly)

    findings = Findings()
    raw_sanity = kernel_verdict.sanity(image, size)
    if not unpacked_by_kernel:
        advice = _name_advice(name, SUFFIXES[container.kind])
        findings.error("compressed-name", f"this is {container.title}: {advice}", kernel=raw_sanity, fatal=True)
    unpacked = unpack(image, size, container.kind)
    if unpacked.data is None:
        blame = "" if unpacked.code == ZSTD_MISSING else f"Linux cannot unpack {container.title} like this: "
        findings.error(unpacked.code, blame + unpacked.reason, fatal=True)
        sanity = kernel_verdict.request_failed(EINVAL) if unpacked_by_kernel else raw_sanity
        return _Inside(KernelVerdict(sanity, NOT_REACHED, NOT_REACHED), None, None, findings.problems())
    length = len(unpacked.data)
    if recognise("", unpacked.data, length).kind == ELF:
        inside = _read_elf(unpacked.data, length)
    else:
        inside = _refuse(recognise("", unpacked.data, length), unpacked.data, length)
    findings.extend(inside.problems)
    verdict = inside.verdict if unpacked_by_kernel else replace(inside.verdict, sanity=raw_sanity)
    return _Inside(verdict, inside.elf, inside.table, findings.problems())


def _name_advice(name: str, suffix: str) -> str:
    base = sanitise(name.rpartition("/")[2])
    if base.endswith(suffix) and base != suffix:
        return (
            f"write {base.removesuffix(suffix)} to `firmware`, not {base}. Asked for a name that it does not find, the "
            f"kernel tries it with {suffix} and unpacks; asked for {base} it reads the packed bytes as they are"
        )
    return f"call it {base}{suffix} and write {base} to `firmware`: the kernel unpacks only what it finds by {suffix}"


def _refuse(container: Container, image: Image, size: int) -> _Inside:
    findings = Findings()
    sanity = kernel_verdict.sanity(image, size) if size else kernel_verdict.request_failed(EINVAL)
    advice = f"; {container.advice}" if container.advice else ""
    start = f" (it begins with {image[0:4].hex(' ')})" if container.kind == RAW else ""
    message = f"not ELF but {container.title}{start}{advice}"
    if size and MAGIC in image[1 : min(size, SAMPLE)]:
        at = image[0 : min(size, SAMPLE)].index(MAGIC)
        message += f" (an ELF header begins at {at:#x}: something was put in front of it)"
    findings.error("not-elf" if size else "empty", message, kernel=sanity, fatal=True)
    return _Inside(KernelVerdict(sanity, NOT_REACHED, NOT_REACHED), None, None, findings.problems())


def _too_large(inside: _Inside, size: int) -> _Inside:
    findings = Findings()
    words = kernel_verdict.request_failed(EFBIG)
    findings.error("too-large", f"it has {size} bytes; the kernel reads no file over 2 GiB", kernel=words, fatal=True)
    findings.extend(inside.problems)
    return replace(inside, verdict=replace(inside.verdict, sanity=words), problems=findings.problems())
