import errno

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.firmware import kernel_verdict
from rproc_tui.remoteproc.elf_loader import sanity_check
from rproc_tui.remoteproc.profile import V5_10, V6_1, V6_12, Profile
from tests.remoteproc.images import Image
from tests.remoteproc.rig import Rig, refused

GOOD = Image().build()


REFUSED: list[tuple[str, bytes, str]] = [
    ("one byte less than an ELF header", GOOD[:51], "Image is too small"),
    ("a wrong magic number", Image(magic=b"\x7fELG").build(), "Image is corrupted (bad magic)"),
    ("class 0", Image(class_=0).build(), "Unsupported class: 0"),
    ("class 3", Image(class_=3).build(), "Unsupported class: 3"),
    ("a 64-bit header cut short", Image(bits=64).build()[:63], "elf64 header is too small"),
    ("big-endian", Image(data=2).build(), "Unsupported firmware endianness"),
    ("no program headers", Image(phnum=0).build(), "No loadable segments"),
    ("program headers behind the end", Image(phoff=0x10_0000).build(), "Firmware size is too small"),
]


@pytest.mark.parametrize(("what", "image", "message"), REFUSED, ids=[case[0] for case in REFUSED])
@pytest.mark.parametrize("profile", [V5_10, V6_1, V6_12], ids=lambda profile: profile.name)
def test_an_image_that_fails_a_check_does_not_boot(profile: Profile, what: str, image: bytes, message: str) -> None:
    rig = Rig(profile)
    rig.install(image)
    with refused(errno.EINVAL):
        rig.start()
    lines = [line for line in rig.lines() if "direct-loading" not in line]
    assert lines == ["<6> powering up m4", f"<3> {message}", "<3> Boot failed: -22"]
    rig.assert_nothing_is_held()


def complaint(profile: Profile, image: Image) -> str:
    """What is logged between powering up and the failure."""
    rig = Rig(profile)
    with refused(errno.EINVAL):
        rig.start(image)
    return rig.lines()[-2]


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (Image(shoff=0x10_0000), "Section header table is out of bounds"),
        (Image(shnum=0xFFFF), "Section headers are out of bounds"),
        (Image(shoff=len(GOOD)), "Section headers are out of bounds"),
        (Image(shstrndx=0xFFF0), "Image is too small"),
        (Image(shoff=len(GOOD), shnum=0), "Image is too small"),
    ],
)
def test_newer_kernels_want_all_section_headers_in_the_file(image: Image, message: str) -> None:
    assert complaint(V6_12, image) == f"<3> {message}"


@pytest.mark.parametrize("shoff", [0x10_0000, len(GOOD), len(GOOD) - 39])
def test_older_kernels_want_room_for_one_section_header(shoff: int) -> None:
    assert complaint(V6_1, Image(shoff=shoff)) == "<3> Image is too small"


def test_older_kernels_find_a_table_among_headers_that_leave_the_file() -> None:
    rig = Rig(V6_1)
    rig.start(Image(shnum=0xFFFF))
    assert rig.read("state") == "running\n"


@pytest.mark.parametrize(
    "image",
    [Image(machine=3), Image(bits=64), Image(bits=64, machine=183), Image(shnum=3)],
    ids=["another machine", "64 bits", "64 bits of ARM", "as it is"],
)
def test_machine_and_class_are_not_asked_for(image: Image) -> None:
    rig = Rig()
    rig.start(image)
    assert rig.read("state") == "running\n"
    assert rig.rproc.bootaddr == 0x101


def test_the_size_of_the_image_is_logged() -> None:
    rig = Rig()
    rig.start()
    assert rig.lines()[1] == f"<6> Booting fw image good.elf, size {len(GOOD)}"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([GOOD, Image(bits=64).build()]),
    st.lists(st.tuples(st.integers(0, 63), st.integers(0, 255)), max_size=4),
    st.integers(0, len(GOOD)),
)
def test_the_program_says_of_a_file_what_booting_it_would(good: bytes, damage: list[tuple[int, int]], cut: int) -> None:
    image = bytearray(good)
    for at, value in damage:
        image[at] = value
    content = bytes(image[: len(image) - cut])
    try:
        sanity_check(RIG.rproc, content)
    except OSError:
        assert RIG.lines() == [f"<3> {kernel_verdict.sanity(content, len(content))}"]
    else:
        assert kernel_verdict.sanity(content, len(content)) == "ok"


RIG = Rig(V6_12)
