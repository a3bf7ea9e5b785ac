import errno
import lzma

import pytest

from rproc_tui.remoteproc.profile import V6_1, V6_12, Profile
from tests.remoteproc.images import Image
from tests.remoteproc.rig import Rig, refused

PATH = "/sys/module/firmware_class/parameters/path"
GOOD = Image().build()
UPDATES = f"/lib/firmware/updates/{V6_12.release}"
RELEASE = f"/lib/firmware/{V6_12.release}"


def bare(profile: Profile = V6_12) -> Rig:
    rig = Rig(profile)
    rig.machine.files.clear()
    rig.registry.firmware.pointed_to_wiki = True
    return rig


def test_folders_are_searched_in_the_kernels_order() -> None:
    rig = bare()
    rig.files.write(PATH, b"/custom\n")
    with refused(errno.ENOENT):
        rig.start()
    folders = ["/custom", UPDATES, "/lib/firmware/updates", RELEASE, "/lib/firmware"]
    assert rig.machine.reads == [f"{folder}/good.elf{suffix}" for suffix in ("", ".zst", ".xz") for folder in folders]


@pytest.mark.parametrize("folder", ["/custom", UPDATES, "/lib/firmware/updates", RELEASE, "/lib/firmware"])
def test_the_first_file_that_can_be_read_wins(folder: str) -> None:
    rig = bare()
    rig.files.write(PATH, b"/custom")
    rig.machine.files[f"{folder}/good.elf"] = GOOD
    rig.start()
    assert rig.read("state") == "running\n"
    assert rig.machine.reads[-1] == f"{folder}/good.elf"


def test_the_error_of_the_last_path_counts() -> None:
    rig = bare()
    rig.machine.files[f"{UPDATES}/good.elf"] = errno.EIO
    with refused(errno.ENOENT):
        rig.start()
    rig.machine.files["/lib/firmware/good.elf"] = errno.ETXTBSY
    with refused(errno.ETXTBSY):
        rig.start()


@pytest.mark.parametrize(
    "number", [errno.ETXTBSY, errno.EINVAL, errno.EACCES, errno.EIO, errno.EFBIG, errno.EISDIR], ids=errno.errorcode.get
)
def test_packed_files_are_looked_for_only_when_nothing_was_there(number: int) -> None:
    rig = bare()
    rig.machine.files["/lib/firmware/good.elf"] = number
    shown = errno.EINVAL if number == errno.EISDIR else number
    with refused(shown):
        rig.start()
    assert not [path for path in rig.machine.reads if path.endswith(".xz")]
    assert rig.lines()[1:] == [
        f"<4> loading /lib/firmware/good.elf failed with error -{shown}",
        f"<6> firmware: failed to load good.elf (-{shown})",
        f"<4> Direct firmware load for good.elf failed with error -{shown}",
        f"<3> request_firmware failed: -{shown}",
        f"<3> Boot failed: -{shown}",
    ]


def test_an_empty_file_is_invalid() -> None:
    rig = bare()
    rig.install(b"")
    with refused(errno.EINVAL):
        rig.start()


def test_an_xz_file_is_unpacked_and_its_size_is_what_came_out() -> None:
    rig = bare()
    rig.install(lzma.compress(GOOD, check=lzma.CHECK_CRC32), "good.elf.xz")
    rig.start()
    assert f"<6> Booting fw image good.elf, size {len(GOOD)}" in rig.lines()


def test_an_xz_file_with_another_check_is_invalid() -> None:
    rig = bare()
    rig.install(lzma.compress(GOOD, check=lzma.CHECK_CRC64), "good.elf.xz")
    with refused(errno.EINVAL):
        rig.start()


@pytest.mark.parametrize("name", ["../good.elf", "a/../good.elf", "a/..", ".."])
def test_a_name_that_leads_upwards_is_refused(name: str) -> None:
    rig = bare()
    rig.write("firmware", name)
    with refused(errno.EINVAL):
        rig.start()
    assert rig.lines() == [
        "<6> powering up m4",
        f"<4> Firmware load for '{name}' refused, path contains '..' component",
        "<3> request_firmware failed: -22",
        "<3> Boot failed: -22",
    ]
    assert rig.machine.reads == []


@pytest.mark.parametrize("name", ["/good.elf", "a..b/good.elf", "deep/er/good.elf", " good.elf"])
def test_odd_names_are_names(name: str) -> None:
    rig = bare()
    rig.install(GOOD, name)
    rig.machine.files = {path.replace("//", "/"): content for path, content in rig.machine.files.items()}
    rig.write("firmware", name)
    rig.start()
    assert rig.read("state") == "running\n"


def test_a_path_that_is_too_long_ends_the_search() -> None:
    rig = bare()
    rig.write("firmware", "d/" * 2040 + "x")
    with refused(errno.ENAMETOOLONG):
        rig.start()
    assert rig.machine.reads == []
    assert f"<3> request_firmware failed: -{errno.ENAMETOOLONG}" in rig.lines()


def test_a_line_of_the_log_has_an_end() -> None:
    for profile, most in ((V6_1, 991), (V6_12, 1023)):
        rig = bare(profile)
        rig.write("firmware", "x" * 4000)
        with refused(errno.ENAMETOOLONG):
            rig.start()
        assert max(len(line.text) for line in rig.machine.lines) == most


def test_debian_points_to_its_wiki_once() -> None:
    rig = bare()
    rig.registry.firmware.pointed_to_wiki = False
    for times in (1, 0):
        with refused(errno.ENOENT):
            rig.start()
        said = rig.lines()
        assert sum("wiki.debian.org" in line for line in said) == times
        assert sum("firmware: failed to load good.elf (-2)" in line for line in said) == 3


def test_debians_6_1_names_what_it_loads_and_fails_louder() -> None:
    rig = bare(V6_1)
    with refused(errno.ENOENT):
        rig.start()
    assert rig.lines()[1] == "<3> firmware: failed to load good.elf (-2)"
    rig.install(GOOD)
    rig.start()
    assert rig.lines()[1] == "<6> firmware: direct-loading firmware good.elf"


def test_the_path_parameter_is_a_kernels() -> None:
    rig = bare()
    assert rig.files.read(PATH) == b"\n"
    rig.files.write(PATH, b"/custom\n")
    assert rig.files.read(PATH) == b"/custom\n\n"
    rig.files.write(PATH, b"x" * 255)
    with refused(errno.ENOSPC):
        rig.files.write(PATH, b"x" * 256)
    assert rig.machine.take_lines() == ["<3> path: string doesn't fit in 255 chars."]
    assert rig.files.read(PATH) == b"x" * 255 + b"\n"


def test_a_file_is_read_anew_for_every_start() -> None:
    rig = bare()
    rig.install(GOOD)
    rig.start()
    rig.write("state", "stop")
    rig.start(Image(entry=0x1001))
    assert rig.rproc.bootaddr == 0x1001
