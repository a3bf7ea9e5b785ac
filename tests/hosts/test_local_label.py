from __future__ import annotations

import os
import pathlib

import pytest

from rproc_tui.hosts.local import LocalHost


@pytest.mark.parametrize(
    ("name", "label"),
    [("board", "board"), ("b\x1b[2Joard", "b\\x1b[2Joard"), ("b\u202eo", "b\\u202eo"), ("b\udcffo", "b\\xffo")],
)
def test_a_folder_names_its_host_in_text_that_is_safe_to_show(tmp_path: pathlib.Path, name: str, label: str) -> None:
    assert LocalHost(os.path.join(tmp_path, name)).label == label


def test_this_machine_names_itself() -> None:
    assert LocalHost().label == os.uname().nodename
