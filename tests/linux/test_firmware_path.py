from __future__ import annotations

import errno

import pytest

from rproc_tui.linux import firmware_path
from rproc_tui.linux.firmware_name import objection
from tests.linux.memory_host import Entry, File, Folder, Link, MemoryHost

RELEASE = "6.12.20-board"
PARAMETER = "/sys/module/firmware_class/parameters/path"


def machine(*paths: str, parameter: bytes | None = b"\n", **others: Entry) -> MemoryHost:
    files: dict[str, Entry] = {
        "/proc/sys/kernel/osrelease": f"{RELEASE}\n".encode(),
        **dict.fromkeys(paths, b"\x7fELF"),
    }
    if parameter is not None:
        files[PARAMETER] = parameter
    return MemoryHost(files | others)


async def test_folders_come_in_the_kernels_order() -> None:
    assert await firmware_path.folders(machine(parameter=b"/opt/fw\nrest")) == (
        "/opt/fw",
        f"/lib/firmware/updates/{RELEASE}",
        "/lib/firmware/updates",
        f"/lib/firmware/{RELEASE}",
        "/lib/firmware",
    )


@pytest.mark.parametrize(
    ("release", "first"), [("5.10.0-28-arm64", "/opt/fw\n"), ("6.1.192", "/opt/fw\n"), ("6.12.117", "/opt/fw")]
)
async def test_older_kernels_take_the_newline_that_echo_leaves_for_a_part_of_the_name(release: str, first: str) -> None:
    files: dict[str, Entry] = {"/proc/sys/kernel/osrelease": release.encode(), PARAMETER: b"/opt/fw\n\n"}
    assert (await firmware_path.folders(MemoryHost(files)))[0] == first


async def test_without_release_or_parameter_the_plain_folders_are_left() -> None:
    assert await firmware_path.folders(MemoryHost({})) == ("/lib/firmware/updates", "/lib/firmware")
    assert await firmware_path.kernel_release(MemoryHost({})) is None


ORDER = ["/opt/fw/m4.elf", f"/lib/firmware/updates/{RELEASE}/m4.elf", "/lib/firmware/updates/m4.elf"]
ORDER += [f"/lib/firmware/{RELEASE}/m4.elf", "/lib/firmware/m4.elf"]
ORDER += [f"{folder}/m4.elf{end}" for end in (".zst", ".xz") for folder in ("/opt/fw", "/lib/firmware")]


@pytest.mark.parametrize("first", range(len(ORDER)))
async def test_the_first_file_in_the_search_wins(first: int) -> None:
    host = machine(*ORDER[first:], parameter=b"/opt/fw\n")
    assert await firmware_path.find(host, "m4.elf") == ORDER[first]


@pytest.mark.parametrize("unfit", [b"", Folder(), errno.EACCES])
async def test_an_unfit_file_is_passed_over(unfit: Entry) -> None:
    host = machine("/lib/firmware/m4.elf")
    host.files["/lib/firmware/updates/m4.elf"] = unfit
    assert await firmware_path.find(host, "m4.elf") == "/lib/firmware/m4.elf"


@pytest.mark.parametrize("unfit", [b"", Folder(), errno.EACCES])
async def test_an_unfit_file_in_the_last_folder_ends_the_search(unfit: Entry) -> None:
    host = machine("/lib/firmware/m4.elf.xz")
    host.files["/lib/firmware/m4.elf"] = unfit
    assert await firmware_path.find(host, "m4.elf") is None


async def test_an_unfit_file_in_an_earlier_folder_does_not_keep_the_compressed_one_away() -> None:
    host = machine("/lib/firmware/m4.elf.xz")
    host.files["/lib/firmware/updates/m4.elf"] = Folder()
    assert await firmware_path.find(host, "m4.elf") == "/lib/firmware/m4.elf.xz"


@pytest.mark.parametrize("name", ["", "..", "../m4.elf", "a/../m4.elf", "x" * 5000])
async def test_a_name_that_the_kernel_refuses_is_found_nowhere(name: str) -> None:
    assert await firmware_path.find(machine("/lib/firmware/m4.elf"), name) is None


async def test_a_name_with_a_slash_in_front_is_looked_for_below_the_folders() -> None:
    host = machine("/root/m4.elf", "/lib/firmware/sub/m4.elf")
    assert await firmware_path.find(host, "/root/m4.elf") is None
    assert await firmware_path.find(host, "/sub/m4.elf") == "/lib/firmware//sub/m4.elf"


async def test_a_new_file_goes_where_the_kernel_looks_first_or_to_the_usual_place() -> None:
    assert await firmware_path.folder(machine()) == "/lib/firmware"
    assert await firmware_path.folder(machine(parameter=None)) == "/lib/firmware"
    assert await firmware_path.folder(machine(parameter=b"/opt/fw\n")) == "/opt/fw"


async def test_candidates_are_named_as_the_firmware_file_takes_them() -> None:
    host = machine(
        "/opt/fw/new.elf",
        "/lib/firmware/m4.elf",
        "/lib/firmware/ti/r5f.xz",
        "/lib/firmware/.hidden",
        f"/lib/firmware/{RELEASE}/special.elf",
        "/lib/firmware/updates/patched.elf",
        parameter=b"/opt/fw\n",
    )
    assert await firmware_path.candidates(host) == ("m4.elf", "new.elf", "patched.elf", "special.elf", "ti/r5f")


async def test_candidates_are_bounded_in_depth_and_number(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "/lib/firmware/" + "d/" * 30 + "deep.elf"
    assert await firmware_path.candidates(machine(deep, "/lib/firmware/near.elf")) == ("near.elf",)
    monkeypatch.setattr(firmware_path, "ENTRIES_MOST", 3)
    many = machine(*(f"/lib/firmware/{number}.elf" for number in range(50)))
    assert len(await firmware_path.candidates(many)) == 3


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("", "empty"),
        ("a\nb", "line end"),
        ("a\0b", "NUL"),
        ("..", "`..`"),
        ("a/../b", "`..`"),
        ("x" * 256, "255"),
        ("/".join(["x" * 200] * 30), "4000"),
    ],
)
def test_names_that_no_start_can_load_are_objected_to(name: str, word: str) -> None:
    assert word in (objection(name) or "")


@pytest.mark.parametrize("name", ["m4.elf", "qcom/sm8150/adsp.mbn", " blanks count ", "a..b", "unknown", "x" * 255])
def test_other_names_are_fine(name: str) -> None:
    assert objection(name) is None


async def test_a_file_of_mode_zero_is_still_the_kernels_to_read() -> None:
    host = machine()
    host.files["/lib/firmware/m4.elf"] = File(b"\x7fELF", mode=0)
    assert await firmware_path.find(host, "m4.elf") == "/lib/firmware/m4.elf"


async def test_a_link_to_nowhere_is_no_candidate() -> None:
    host = machine("/lib/firmware/m4.elf")
    host.files["/lib/firmware/dangling.elf"] = Link("/opt/none")
    assert await firmware_path.candidates(host) == ("m4.elf",)
