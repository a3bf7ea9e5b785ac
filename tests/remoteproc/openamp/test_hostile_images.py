"""Malformed images through both kinds of store: loaded or refused in time, and the next one loads."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from rproc_tui.remoteproc.openamp import ImageStore, OpenampError, ReturnCode, Role, create_virtio, load
from tests.remoteproc.images import Image, Segment
from tests.remoteproc.openamp.remote import DDR, Remote, seekable, streaming
from tests.remoteproc.test_hostile import GENERATOR, LARGEST, PATIENCE

GOOD = Image(table=None, segments=[Segment(DDR, b"good")]).build()


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    if not GENERATOR.exists():
        pytest.skip("the generator of hostile images is not here")
    folder = tmp_path_factory.mktemp("hostile") / "images"
    subprocess.run([sys.executable, str(GENERATOR), str(folder)], check=True, capture_output=True)
    names = (case["file"] for case in json.loads((folder / "index.json").read_text())["cases"])
    found = [folder / name for name in names if (folder / name).is_file()]
    return [path.read_bytes() for path in found if path.stat().st_size < LARGEST]


@pytest.mark.parametrize("make_store", [seekable, streaming], ids=["seekable", "streaming"])
def test_each_is_loaded_or_refused_in_time_and_the_next_one_loads(
    images: list[bytes], make_store: Callable[[bytes], ImageStore]
) -> None:
    loaded = 0
    for image in images:
        remote = Remote()
        remote.add("sram", 0x1000_0000, 0x1000_0000, 1 << 20)
        began = time.monotonic()
        code = 0
        try:
            load(remote.remoteproc, "hostile", make_store(image))
        except OpenampError as error:
            code = error.code
        else:
            create_virtio(remote.remoteproc, 0, Role.DRIVER)
            loaded += 1
        assert code in (0, ReturnCode.EINVAL)
        assert time.monotonic() - began < PATIENCE
        load(remote.remoteproc, "good", seekable(GOOD))
        assert bytes(remote.ddr[:4]) == b"good"
    assert 0 < loaded < len(images)
