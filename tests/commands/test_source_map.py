from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest

from rproc_tui.commands.source_map import add_argument, mappings
from rproc_tui.errors import UsageError


def parsed(*arguments: str, demo: bool = False) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_argument(parser)
    parser.set_defaults(demo=demo)
    return parser.parse_args(arguments)


def test_every_mapping_that_is_given_counts(tmp_path: Path) -> None:
    options = parsed("--source-map", f"/build={tmp_path}", "--source-map", str(tmp_path))
    assert mappings(options) == (("/build", str(tmp_path)), ("", str(tmp_path)))
    assert mappings(parsed()) == ()


def test_what_is_given_comes_before_what_is_configured(tmp_path: Path) -> None:
    options = parsed("--source-map", f"/build={tmp_path}", demo=True)
    given, configured, demo = mappings(options, [("/build", "/home/me/src")])
    assert given == ("/build", str(tmp_path))
    assert configured == ("/build", "/home/me/src")
    assert demo[0] == ""


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        mappings(parsed("--source-map", f"/build={tmp_path}/nowhere"))


def test_the_demo_board_brings_the_sources_of_its_firmware() -> None:
    ((old, folder),) = mappings(parsed(demo=True))
    assert old == ""
    assert os.path.isfile(os.path.join(folder, "runtime", "crash.c"))
