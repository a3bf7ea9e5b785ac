"""Which boards `--ssh` and the configuration name, and what is no board's name."""

from __future__ import annotations

import argparse
import pathlib

import pytest

from rproc_tui.commands import where
from rproc_tui.errors import UsageError
from rproc_tui.hosts.base import Remote
from rproc_tui.hosts.local import LocalHost
from rproc_tui.hosts.ssh import SshHost


@pytest.fixture(autouse=True)
def configuration(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A configuration of the test's own: none at first."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "rproc-tui"
    folder.mkdir()
    return folder / "config.toml"


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    where.add_arguments(parser)
    return parser.parse_args(arguments)


def labels(*arguments: str) -> list[str]:
    return [host.label for host in where.open_hosts(options(*arguments))]


def test_each_ssh_is_a_board_and_nothing_is_connected_yet() -> None:
    hosts = where.open_hosts(options("--ssh", "a", "--ssh", "root@b"))
    assert [host.label for host in hosts] == ["a", "root@b"]
    assert all(isinstance(host, SshHost) and host.connection.generation == 0 for host in hosts)


def test_a_label_of_the_configuration_is_a_board(configuration: pathlib.Path) -> None:
    configuration.write_text('[hosts]\nbench = "root@10.0.0.7"\nrack = "rack-3"\n')
    assert labels("--ssh", "bench") == ["bench"]


def test_without_an_option_the_configured_boards_are_meant(
    configuration: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration.write_text('[hosts]\nbench = "root@10.0.0.7"\nrack = "rack-3"\n')
    monkeypatch.setattr("rproc_tui.commands.where_ssh._is_a_board", lambda: False)
    assert labels() == ["bench", "rack"]
    monkeypatch.setattr("rproc_tui.commands.where_ssh._is_a_board", lambda: True)
    assert labels()[1:] == ["bench", "rack"]


def test_some_verbs_mean_this_machine_whatever_is_configured(configuration: pathlib.Path) -> None:
    configuration.write_text('[hosts]\nbench = "b"\n')
    (host,) = where.open_hosts(options(), configured=False)
    assert isinstance(host, LocalHost)
    (board,) = where.open_hosts(options("--ssh", "bench"), configured=False)
    assert board.label == "bench"


def test_without_both_it_is_this_machine() -> None:
    (host,) = where.open_hosts(options())
    assert isinstance(host, LocalHost)


def test_other_machines_leave_the_configured_boards_alone(configuration: pathlib.Path, tmp_path: pathlib.Path) -> None:
    configuration.write_text('[hosts]\nbench = "b"\n')
    assert labels("--root", str(tmp_path)) == [tmp_path.name]


def test_read_only_is_for_boards_as_well() -> None:
    (host,) = where.open_hosts(options("--ssh", "a", "--read-only"))
    assert isinstance(host, Remote)
    assert not isinstance(host, SshHost)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--ssh=-oProxyCommand=reboot",),
        ("--ssh", "root@-oProxyCommand=reboot"),
        ("--ssh", "a b"),
        ("--ssh", ""),
        ("--ssh", "a", "--ssh", "a"),
        ("--ssh", "a", "--demo"),
    ],
)
def test_what_is_no_board_is_refused_before_a_screen_is_set_up(arguments: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        where.check(options(*arguments))


def test_a_configured_board_whose_name_ssh_would_take_for_an_option_is_refused(configuration: pathlib.Path) -> None:
    configuration.write_text('[hosts]\nbench = "-oProxyCommand=reboot"\n')
    with pytest.raises(UsageError):
        where.check(options("--ssh", "bench"))
    with pytest.raises(UsageError):
        where.check(options())
