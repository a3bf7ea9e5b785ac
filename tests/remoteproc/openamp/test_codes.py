from __future__ import annotations

import errno

import pytest

from rproc_tui.remoteproc.openamp import OpenampError, ReturnCode
from rproc_tui.remoteproc.openamp.codes import code_of, errno_as_code
from rproc_tui.remoteproc.openamp.notify_ids import NotifyIds

ANY = 0xFFFFFFFF


def test_the_codes_are_openamps_and_no_errno() -> None:
    assert {code.name: code.value for code in ReturnCode} == {
        "ENOMEM": -1,
        "EINVAL": -2,
        "ENODEV": -3,
        "EAGAIN": -4,
        "RSC_TAB_TRUNC": -5,
        "RSC_TAB_VER": -6,
        "RSC_TAB_RSVD": -7,
        "RSC_TAB_VDEV_NRINGS": -9,
        "RSC_TAB_NP": -10,
        "RSC_TAB_NS": -11,
        "LOADER_STATE": -12,
        "EMAX": -16,
    }
    assert -errno.EINVAL != ReturnCode.EINVAL


def test_an_error_says_its_code() -> None:
    assert str(OpenampError(ReturnCode.RSC_TAB_TRUNC)) == "RSC_TAB_TRUNC (-5)"
    assert str(OpenampError(-77)) == "error (-77)"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOMEM, ReturnCode.ENOMEM),
        (errno.EINVAL, ReturnCode.EINVAL),
        (errno.ENODEV, ReturnCode.ENODEV),
        (errno.EAGAIN, ReturnCode.EAGAIN),
        (errno.EBUSY, ReturnCode.EAGAIN),
        (errno.ETIMEDOUT, ReturnCode.EINVAL),
        (None, ReturnCode.EINVAL),
    ],
)
def test_a_drivers_errno_becomes_the_nearest_code(number: int | None, code: ReturnCode) -> None:
    error = OSError() if number is None else OSError(number, "no")
    assert code_of(error) is code
    with pytest.raises(OpenampError, match=code.name), errno_as_code():
        raise error


def test_a_requested_notify_id_is_honoured_and_any_takes_the_lowest() -> None:
    ids = NotifyIds()
    assert ids.allocate(1) == 1
    assert [ids.allocate(ANY), ids.allocate(ANY)] == [0, 2]
    assert ids.allocate(1) is None
    ids.free(1)
    assert ids.allocate(ANY) == 1


@pytest.mark.parametrize("count", [32, 64])
def test_there_are_as_many_notify_ids_as_bits(count: int) -> None:
    ids = NotifyIds(count)
    assert ids.allocate(count) is None
    assert ids.allocate(ANY - 1) is None
    assert [ids.allocate(ANY) for _ in range(count)] == list(range(count))
    assert ids.allocate(ANY) is None
    ids.clear()
    assert ids.allocate(count - 1) == count - 1
