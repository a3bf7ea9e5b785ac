from __future__ import annotations

import pathlib
import shutil
import subprocess

import pytest

from rproc_tui.commands.command_line import VERBS
from tests.commands.conftest import Run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_verb_can_be_completed(run: Run, shell: str) -> None:
    ran = run("completion", shell)
    assert ran.code == 0
    for verb in VERBS:
        assert verb in ran.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_takes_the_script(run: Run, shell: str, tmp_path: pathlib.Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    script = tmp_path / "script"
    script.write_text(run("completion", shell).out)
    checked = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(("typed", "found"), [("rel", "reload"), ("config ch", "check"), ("--ro", "--rollback")])
def test_bash_completes_verbs_their_words_and_options(run: Run, typed: str, found: str, tmp_path: pathlib.Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash here")
    script = tmp_path / "script"
    script.write_text(run("completion", "bash").out)
    words = ["rproc-tui", *typed.split()]
    ask = f"""
source {script}
COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; COMP_LINE="{" ".join(words)}"; COMP_POINT=${{#COMP_LINE}}
$(complete -p rproc-tui | sed 's/.*-F \\([^ ]*\\).*/\\1/') rproc-tui {words[-1]} {words[-2]}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    answered = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=False)
    assert found in answered.stdout.split(), answered.stderr


def test_processors_are_completed_by_words_that_no_shell_expands(run: Run, tmp_path: pathlib.Path) -> None:
    assert "rproc-tui list --names" in run("completion", "bash").out
    for number, name in enumerate(("m4", "$(reboot)")):
        folder = tmp_path / "sys/class/remoteproc" / f"remoteproc{number}"
        folder.mkdir(parents=True)
        (folder / "state").write_text("offline\n")
        (folder / "name").write_text(f"{name}\n")
    assert run("--root", str(tmp_path), "list", "--names").out.split() == ["m4", "remoteproc1"]


def test_another_shell_is_a_usage_error(run: Run) -> None:
    assert run("completion", "tcsh").code == 2
