"""The questions that a real Linux 6.1 was asked, and its answers (from the reference, where it is present)."""

from __future__ import annotations

import ast
import errno
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from rproc_tui.remoteproc.cdev import ProcessorDevice
from tests.remoteproc.lab import CLASS, DEBUG, Lab

SHARED = Path(__file__).resolve().parents[3] / "shared"
OBSERVED = SHARED / "reference" / "kernel-observed.md"
IMAGES = SHARED / "kernel-lab" / "firmware" / "mkfw.py"
pytestmark = pytest.mark.skipif(not OBSERVED.exists(), reason="the reference is not here")


def mkfw() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mkfw", IMAGES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def images() -> dict[str, bytes]:
    built: dict[str, bytes] = mkfw().everything()
    return built


@pytest.fixture
def lab(images: dict[str, bytes]) -> Lab:
    return Lab(images)


def page_section(title: str) -> str:
    """The text between a heading of the page and the next one."""
    page = OBSERVED.read_text()
    start = page.index(f"\n## {title}")
    return page[start : page.index("\n## ", start + 1)]


def without_channels(lines: list[str]) -> list[str]:
    """Announcements come when they come."""
    return [line for line in lines if "creating channel" not in line]


def rows_of_writes() -> Iterator[tuple[str, ...]]:
    """State before, file, what was written, result, state after, log; and how a firmware name then read back."""
    row: tuple[str, ...] | None = None
    for line in page_section("2. Every write").splitlines():
        back = re.fullmatch(r"\| \| firmware reads back \| \| `(.*)` \| \| \|", line)
        if back is not None:
            assert row is not None
            row = (*row[:6], back[1])
            continue
        if row is not None:
            yield row
        cells = line.removeprefix("| ").removesuffix(" |").split(" | ")
        row = (*cells, "") if len(cells) == 6 and cells[0] != "state before" else None
    if row is not None:
        yield row


def written(cell: str) -> bytes:
    """The bytes of a cell like `'stop\\n'`, `b'nul\\x00tail'` or `'xxxxxx'… 300 bytes`."""
    text = cell.strip("`")
    long = re.fullmatch(r"'(.)\1+'… (\d+) bytes", text)
    if long is not None:
        return long[1].encode() * int(long[2])
    value = ast.literal_eval(text)
    return value if isinstance(value, bytes) else str(value).encode()


def firmware_of(said: str) -> str:
    """Which file a recorded start asked for."""
    if said.endswith("…"):
        return "x" * 4000
    found = re.search(
        r"(?:Booting fw image |Firmware load for '|failed to load )(.*?)(?:, size|' refused| \(-\d)", said
    )
    assert found is not None, said
    return found[1]


def test_every_write_is_answered_as_recorded(lab: Lab) -> None:
    lab.reset()
    lab.registry.processors[0].crash_count = 1
    checked = 0
    for before, name, data, result, after, said, back in rows_of_writes():
        core = f"{DEBUG}0" if name.startswith("debugfs ") else f"{CLASS}0"
        content = written(data)
        if content == b"start" and before == "offline":
            lab.reset(firmware=firmware_of(said))
        assert lab.read("state") == before.encode() + b"\n", (name, data)
        answer = lab.write(f"{core}/{name.removeprefix('debugfs ')}", content)
        lab.machine.work()
        assert result.startswith(answer), (before, name, data)
        assert lab.read("state") == after.encode() + b"\n", (name, data)
        now = "; ".join(without_channels(lab.said()))
        then = "; ".join(without_channels(said.split("; ")))
        if then.endswith("…"):  # the page cuts what is very long
            now = now[: len(then) - 1] + "…"
        assert now == then, (before, name, data)
        if back:
            length = re.search(r"… (\d+) bytes", back)
            text = lab.read("firmware")
            assert len(text) == int(length[1]) if length else text == ast.literal_eval(back)
        checked += 1
    assert checked > 100


def recorded_images() -> dict[str, tuple[str, str, list[str], dict[str, bytes]]]:
    """For each image: result, state, log, and what debugfs showed where it was looked at."""
    out = {}
    _, *blocks = page_section("3. Broken and odd firmware").split("\n### ")
    for block in blocks:
        title, _, rest = block.partition("\n")
        result = re.search(r"^start: (.*?), state (\w+), traces", rest, re.MULTILINE)
        assert result is not None
        lines = re.findall(r"^<\d> .*$", rest, re.MULTILINE)
        texts = re.findall(r"^(resource_table|carveouts): (b.*)$", rest, re.MULTILINE)
        shown = {key: ast.literal_eval(text) for key, text in texts}
        out[title] = (result[1], result[2], lines, shown)
    return out


RECORDED = recorded_images() if OBSERVED.exists() else {}


def anonymous(text: bytes) -> bytes:
    """Without addresses that were given out, which no two machines have alike."""
    text = re.sub(rb"(Virtual address: |hdr: )[0-9a-f]{16}", rb"\1-", text)
    text = re.sub(rb"DMA address: 0x[0-9a-f]{16}", b"DMA address: -", text)
    text = re.sub(rb"Physical Address 0x[0-9a-f]{2,}", b"Physical Address -", text)
    return re.sub(rb"Device (A|a)ddress:? 0x(?!80000000|80001000|20004000)[0-9a-f]+", rb"Device \1ddress -", text)


@pytest.mark.parametrize("title", RECORDED)
def test_an_image_boots_or_fails_as_recorded(images: dict[str, bytes], title: str) -> None:
    lab = Lab(images)
    name, core = title.split(" ", maxsplit=1)[0], int("core 1" in title)
    result, state, expected, shown = RECORDED[title]
    lab.registry.firmware.pointed_to_wiki = True
    lab.set("firmware", name, core)
    answer = lab.set("state", "start", core)
    lab.machine.work()
    # The recorder took errno 110 for its own time-out.
    assert answer == "**ETIMEDOUT" if "BLOCKED" in result else result.startswith(answer)
    assert lab.read("state", core) == state.encode() + b"\n"
    said = lab.said()
    if name == "carvehuge.elf":  # the kernel's allocator warns at length
        expected = expected[: [line[:5] for line in expected].index("<4> -")]
        said = said[: len(expected)]
    expected = [line for line in expected if "rpmsg_client_sample" not in line]
    assert [line[:200] for line in said] == expected
    if "resource_table" in shown:
        assert anonymous(lab.files.read(f"{DEBUG}{core}/resource_table")) == anonymous(shown["resource_table"])
        assert anonymous(lab.files.read(f"{DEBUG}{core}/carveout_memories")) == anonymous(shown["carveouts"])
    if state == "running":
        assert lab.set("state", "stop", core) == "ok, 4 of 4"
        assert lab.pool.out == {}


def test_the_attachable_core_answers_as_recorded(lab: Lab) -> None:
    section = page_section("1. Listings and contents")
    acts = re.findall(r"^((?!write)[a-z][^:\n]*): (\*\*\w+|ok, \d+ of \d+)[^\n]*?(?:-> (\w+))?$", section, re.MULTILINE)
    done = {"start": "start", "stop": "stop", "detach": "detach", "firmware": "x.elf"}
    checked = 0
    for what, result, state in acts:
        word = what.split(" ", 1)[0]
        name = "firmware" if word == "firmware" else "state"
        assert lab.set(name, done[word], 2) == result, what
        assert not state or lab.read("state", 2) == state.encode() + b"\n", what
        checked += 1
    assert checked == 10
    said = [line for line in lab.said() if "remoteproc2" in line or "vrproc.2" in line]
    recorded = re.findall(r"^<\d> .*(?:remoteproc2|vrproc\.2).*$", section, re.MULTILINE)
    assert said == recorded


def test_the_character_device_answers_as_recorded(lab: Lab) -> None:
    lab.reset()
    node = lab.registry.dev_nodes()["remoteproc0"].behind
    assert isinstance(node, ProcessorDevice)
    checked = 0
    for data, result, state in re.findall(
        r"^('.*?') +-> (\*\*\w+|ok, \d+ of \d+).*? -> (\w+)$", page_section("2. Every write"), re.MULTILINE
    ):
        content = str(ast.literal_eval(data)).encode()
        try:
            answer = f"ok, {node.write(content)} of {len(content)}"
        except OSError as error:
            answer = f"**{errno.errorcode[error.errno or 0]}"
        assert (answer, lab.read("state")) == (result, state.encode() + b"\n"), data
        checked += 1
    assert checked == 10


def test_the_dump_of_a_real_kernel_has_the_same_headers(lab: Lab) -> None:
    recorded = (SHARED / "kernel-trees" / "core.elf").read_bytes()
    lab.reset()
    lab.set("coredump", "enabled")
    lab.set("state", "start")
    lab.write(f"{DEBUG}0/crash", b"2")
    lab.machine.work()
    dump = lab.files.read("/sys/class/devcoredump/devcd1/data")
    assert len(dump) == len(recorded)
    assert dump[:0x94] == recorded[:0x94]


OTHER_WORDS = {
    "cutshdr.elf": ("Image is too small", "Section headers are out of bounds"),
    "shoff.elf": ("Image is too small", "Section header table is out of bounds"),
    "cut.elf": ("Boot failed: -22", "resource table truncated\n<3> remoteproc remoteproc0: Boot failed: -22"),
}
"""Where 6.12 looks harder at section headers; for the second the words are an inference from its source."""


def as_newer(name: str, lines: list[str]) -> list[str]:
    """What 6.12 says where 6.1 said this: section 0 of the page names the differences but one.

    A file that is there and cannot be read has a line of its own (seen on 6.12.117).
    """
    text = "\n".join(line for line in lines if "direct-loading" not in line)
    passed = "remoteproc remoteproc0: firmware: failed to load"
    unfit = f"<4> remoteproc remoteproc0: loading /lib/firmware/{name} failed with error -22\n"
    said_first = unfit if f"{passed} {name} (-22)" in text else ""
    text = text.replace(f"<3> {passed}", f"{said_first}<6> {passed}")
    return text.replace(*OTHER_WORDS.get(name, ("", ""))).splitlines()


@pytest.mark.parametrize("title", [title for title in RECORDED if title != "carvehuge.elf"])
def test_a_newer_kernel_differs_where_the_page_says_so(images: dict[str, bytes], title: str) -> None:
    lab = Lab(images, "v6.12")
    name, core = title.split(" ", 1)[0], int("core 1" in title)
    lab.registry.firmware.pointed_to_wiki = True
    lab.set("firmware", name, core)
    lab.set("state", "start", core)
    lab.machine.work()
    _, state, expected, _ = RECORDED[title]
    expected = [line for line in expected if "rpmsg_client_sample" not in line]
    assert [line[:200] for line in lab.said()] == as_newer(name, expected)
    assert lab.read("state", core) == state.encode() + b"\n"
