from __future__ import annotations

import os
import pathlib
import re
import subprocess

from rproc_tui.linux.doctor.attributes import COMMANDED
from rproc_tui.linux.doctor.udev_rule import GROUP, TEXT, rule_for

RULES = [line for line in TEXT.splitlines() if not line.startswith("#")]


def programs(subsystem: str) -> list[str]:
    """What udev would run for a device of a subsystem, `%p` not yet replaced."""
    lines = [line for line in RULES if line.startswith(f'SUBSYSTEM=="{subsystem}"')]
    return [program for line in lines for program in re.findall(r'RUN\+="([^"]*)"', line)]


def test_every_line_is_a_list_of_keys_as_udev_reads_them() -> None:
    key = r'[A-Z]+(\{\w+\})?(==|!=|=|\+=|:=)"[^"]*"'
    assert all(re.fullmatch(rf"{key}(, {key})*", line) for line in RULES)


def test_what_is_jumped_to_is_there() -> None:
    (target,) = set(re.findall(r'GOTO="(\w+)"', TEXT))
    assert RULES[-1] == f'LABEL="{target}"'


def test_programs_are_named_by_their_whole_path_and_get_every_attribute_that_is_written() -> None:
    for program in programs("remoteproc"):
        name, _, *files = program.split(" ")
        assert name in ("/bin/chgrp", "/bin/chmod")
        assert files == [f"/sys%p/{attribute}" for attribute in COMMANDED]


def test_dumps_of_other_devices_stay_roots() -> None:
    (line,) = [line for line in RULES if "devcoredump" in line]
    assert 'TEST=="failing_device/recovery"' in line


def test_the_group_gets_what_the_owner_has_so_that_a_read_only_attribute_stays_so(tmp_path: pathlib.Path) -> None:
    modes = {"state": 0o644, "firmware": 0o644, "recovery": 0o444, "coredump": 0o444}
    for name, mode in modes.items():
        (tmp_path / name).touch(mode)
        (tmp_path / name).chmod(mode)
    group = str(os.getgid())  # the rule's own group need not be here
    for program in programs("remoteproc"):
        words = program.replace("/sys%p", str(tmp_path)).split(" ")
        subprocess.run([group if word == GROUP else word for word in words], check=True)
    after = {name: (tmp_path / name).stat().st_mode & 0o777 for name in modes}
    assert after == {"state": 0o664, "firmware": 0o664, "recovery": 0o444, "coredump": 0o444}


def test_the_group_is_made_before_udev_reads_its_name() -> None:
    rule = rule_for("alice")
    made, installed, read, triggered, joined = rule.commands
    assert "groupadd" in made
    assert rule.path in installed
    assert "--reload" in read
    assert "trigger" in triggered
    assert f"-aG {rule.group} alice" in joined
