from __future__ import annotations

import pytest

from rproc_tui.linux.doctor.check import Status
from rproc_tui.linux.doctor.kernel_options import OPTIONS, Option, judge

EVERYTHING = {option.name: "y" for option in OPTIONS} | {"FW_LOADER_COMPRESS_ZSTD": "y", "FW_LOADER_COMPRESS_XZ": "y"}
NOTHING: frozenset[str] = frozenset()


def test_a_kernel_that_has_everything_lacks_nothing() -> None:
    assert {check.status for check in judge(EVERYTHING, NOTHING)} == {Status.OK}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
@pytest.mark.parametrize("value", ["n", None])
def test_an_option_that_is_not_set_says_what_is_lost_and_what_to_set(option: Option, value: str | None) -> None:
    config = {name: setting for name, setting in EVERYTHING.items() if name != option.name}
    if value is not None:
        config[option.name] = value
    (check,) = [check for check in judge(config, NOTHING) if check.status is not Status.OK]
    assert (check.name, check.detail, check.needed) == (f"CONFIG_{option.name}", option.lost, False)
    assert "=y" in (check.cure or "")


@pytest.mark.parametrize(
    ("loaded", "words"), [({"rpmsg_tty"}, "a module, loaded"), (set(), "`modprobe rpmsg_tty` loads it")]
)
def test_a_module_is_ok_loaded_or_not(loaded: set[str], words: str) -> None:
    checks = {check.name: check for check in judge({**EVERYTHING, "RPMSG_TTY": "m"}, frozenset(loaded))}
    assert checks["CONFIG_RPMSG_TTY"].status is Status.OK
    assert words in checks["CONFIG_RPMSG_TTY"].detail


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"FW_LOADER_COMPRESS": "y"}, "packed as .xz"),
        ({"FW_LOADER_COMPRESS": "y", "FW_LOADER_COMPRESS_XZ": "n", "FW_LOADER_COMPRESS_ZSTD": "y"}, "packed as .zst"),
        ({"FW_LOADER_COMPRESS_XZ": "y", "FW_LOADER_COMPRESS_ZSTD": "y"}, ".zst and .xz"),
        ({"FW_LOADER_COMPRESS": "y", "FW_LOADER_COMPRESS_XZ": "n"}, "is not found"),
        ({"FW_LOADER_COMPRESS": "n"}, "is not found"),
        ({}, "is not found"),
    ],
)
def test_which_packed_firmware_is_found_depends_on_the_kernels_age_too(config: dict[str, str], words: str) -> None:
    assert words in judge(config, NOTHING)[-1].detail


def test_a_kernel_whose_options_are_not_known_gets_one_line() -> None:
    (check,) = judge(None, NOTHING)
    assert check.status is Status.MISSING
    assert not check.needed
