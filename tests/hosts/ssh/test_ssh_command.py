"""What is taken for the name of a machine, and what ssh is started with."""

from __future__ import annotations

import shlex

import pytest

from rproc_tui.errors import UsageError
from rproc_tui.hosts.shell_agent.bootstrap import remote_command, script
from rproc_tui.hosts.ssh_command import checked, command


@pytest.mark.parametrize(
    "name", ["board", "root@board", "ssh://root@10.0.0.7:2222", "fe80::1%eth0", "a.b-c_d", "user@corp@jump"]
)
def test_a_name_is_handed_to_ssh_as_it_is(name: str) -> None:
    assert checked(name) == name
    assert command(name, "x")[-3:] == ["--", name, "x"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-oProxyCommand=touch /tmp/x",
        "-Fx",
        "root@-oProxyCommand=x",
        "ssh://-oProxyCommand=x",
        "@board",
        "root@",
        "a b",
        "a\nb",
        "a\0b",
        "$(reboot)",
        "`reboot`",
        "a;reboot",
        "a'b",
        "x" * 300,
    ],
)
def test_what_ssh_or_a_shell_would_take_for_something_else_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        checked(name)


def test_nothing_is_asked_forwarded_or_shared() -> None:
    options = set(command("board", "x"))
    wanted = {"BatchMode=yes", "ControlMaster=no", "ForwardAgent=no", "ClearAllForwardings=yes", "-T"}
    assert wanted < options


def test_what_is_run_there_is_one_line_that_every_login_shell_reads_alike() -> None:
    for sudo in (False, True):
        line = remote_command(sudo=sudo)
        assert "\n" not in line
        assert not set("!\\") & set(line)
        assert shlex.split(line)[-2:] == ["-c", shlex.split(line)[-1]]
        assert line.startswith("exec sudo -n sh" if sudo else "exec sh")


def test_the_script_is_short_plain_and_without_remarks() -> None:
    assert len(script()) < 8000
    assert script().isascii()
    assert not [line for line in script().splitlines() if line.startswith(b"#")]
