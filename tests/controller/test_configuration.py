from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.controller.configuration import (
    FILE_MOST,
    Configuration,
    configuration_path,
    parse_configuration,
    read_configuration,
)
from rproc_tui.errors import UsageError

WHOLE = """
[source]
map = ["/build=/home/me/src", "sources"]
[watch]
rollback = true
settle = 2
[screen]
theme = "paper"
[keys]
boot = "f5"
stop = ["s", "f6"]
[hosts]
dk2 = "root@192.168.7.1"
"""


def test_every_table_is_read() -> None:
    assert parse_configuration(WHOLE, source="config.toml") == Configuration(
        source_map=(("/build", "/home/me/src"), ("", os.path.abspath("sources"))),
        rollback=True,
        settle=2.0,
        theme="paper",
        keys={"boot": ("f5",), "stop": ("s", "f6")},
        hosts={"dk2": "root@192.168.7.1"},
    )


def test_without_a_file_nothing_is_chosen(tmp_path: Path) -> None:
    assert read_configuration(str(tmp_path / "config.toml")) == Configuration()


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({"XDG_CONFIG_HOME": "/c", "HOME": "/home/me"}, "/c/rproc-tui/config.toml"),
        ({"XDG_CONFIG_HOME": "", "HOME": "/home/me"}, "/home/me/.config/rproc-tui/config.toml"),
    ],
)
def test_the_file_is_where_the_desktop_keeps_configurations(environment: dict[str, str], path: str) -> None:
    assert configuration_path(environment) == path


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[sauce]\nmap = []", "unknown table `sauce`; there are source, watch, screen, keys, hosts"),
        ("[source]\nmop = []", "unknown key `source.mop`; there are map"),
        ("[source]\nmap = 3", '`source.map` must be a list of "OLD=NEW"'),
        ('[source]\nmap = ["/build="]', '`source.map` must be a list of "OLD=NEW"'),
        ("source = 1", "`source` must be a table"),
        ("[watch]\nrollback = 1", "`watch.rollback` must be true or false"),
        ("[watch]\nsettle = -1", "`watch.settle` must be seconds, from 0 to 3600"),
        ("[watch]\nsettle = nan", "`watch.settle` must be seconds"),
        ("[watch]\nsettle = true", "`watch.settle` must be seconds"),
        ("[screen]\ntheme = ''", "`screen.theme` must be a string"),
        ("[keys]\nboot = 5", "`keys.boot` must be a string or a list of strings"),
        ("[hosts]\ndk2 = ['a']", "`hosts.dk2` must be a string"),
        ('[keys]\n"\\u001b[2J" = 5', "`keys.\\x1b[2J` must be"),
        ("[watch", "is no TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_configuration(text, source="config.toml")
    assert str(raised.value).startswith("config.toml")
    assert says in str(raised.value)


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(UsageError, match=r"`watch\.settle`.*`screen\.theme`"):
        parse_configuration("[watch]\nsettle = 'x'\n[screen]\ntheme = 1", source="config.toml")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"#" * (FILE_MOST + 1), b"a = " + b"[" * 100_000])
def test_a_file_of_nonsense_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"config\.toml"):
        read_configuration(str(path))


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_configuration(str(tmp_path))


@given(st.text())
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        parse_configuration(text, source="config.toml")
    except UsageError:
        return
