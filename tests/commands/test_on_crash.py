"""`watch --on-crash`: a command for every crash, whatever the crash is called."""

from __future__ import annotations

import asyncio
import json
import os
import pathlib
import signal
from collections.abc import Callable, Coroutine

import pytest

from rproc_tui.commands import session
from rproc_tui.commands.on_crash import CrashWatch
from rproc_tui.controller.changes import EventHappened
from rproc_tui.controller.controller import Controller
from rproc_tui.hosts.base import Host
from rproc_tui.model.crash import CrashRecord, CrashStage
from rproc_tui.model.event import Event, EventKind
from rproc_tui.model.processor import ProcessorKey
from tests.commands.conftest import Run
from tests.commands.schemas import validate
from tests.conformance.patience import until
from tests.controller.conftest import controller as controller  # noqa: PLC0414 (a fixture)
from tests.demo_board import demo_board

LAB = "remoteproc3"
OnBoard = Callable[[Callable[[Host], Coroutine[object, object, None]]], None]


@pytest.fixture
def on_board(homes: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> OnBoard:
    """Let something happen on the demo board while a command looks at it; the command is ended afterwards."""
    tasks = []

    def arrange(happening: Callable[[Host], Coroutine[object, object, None]]) -> None:
        async def happen(host: Host) -> None:
            await happening(host)
            os.kill(os.getpid(), signal.SIGTERM)

        def hosts(_options: object) -> list[Host]:
            host = demo_board(str(homes / "firmware"))
            tasks.append(asyncio.get_running_loop().create_task(happen(host)))
            return [host]

        monkeypatch.setattr(session, "open_hosts", hosts)

    return arrange


async def crash_until(host: Host, path: pathlib.Path) -> None:
    """Crash the laboratory as often as it has recovered: what went before somebody looked is nobody's news."""
    await host.write(f"/sys/class/remoteproc/{LAB}/state", b"start")

    async def crashed() -> bool:
        if await host.read(f"/sys/class/remoteproc/{LAB}/state") == b"running\n":
            await host.write(f"/sys/kernel/debug/remoteproc/{LAB}/crash", b"1")
        return path.exists()

    await until(crashed, f"{path} is there")


async def exists(path: pathlib.Path) -> None:
    async def there() -> bool:
        return path.exists()

    await until(there, f"{path} is there")


@pytest.mark.emulator
def test_the_command_gets_the_path_of_the_report(run: Run, homes: pathlib.Path, on_board: OnBoard) -> None:
    async def happening(host: Host) -> None:
        await crash_until(host, homes / "done")

    on_board(happening)
    command = f"cp \"$1\" '{homes}/report'; echo \"$RPROC_TUI_PROCESSOR $RPROC_TUI_FOLDER\" >> '{homes}/done'"
    ran = run("watch", "--on-crash", command, "--json")
    assert ran.code == 128 + signal.SIGTERM
    line = json.loads(ran.out.splitlines()[0])
    assert (line["schema"], line["name"], line["host"]) == ("rproc-tui/captured", "lab", "demo")
    assert (homes / "done").read_text().splitlines()[0] == f"lab {line['folder']}"
    validate(json.loads((homes / "report").read_text()))
    assert line["report"] == os.path.join(line["folder"], "report.json")


@pytest.mark.parametrize("arguments", [[], ["m4", "--no-reload"]])
def test_a_watch_of_nothing_is_refused(run: Run, arguments: list[str]) -> None:
    assert run("watch", *arguments).code == 2


def captured(name: str, folder: str | None = None, crash_id: str = "one") -> EventHappened:
    key = ProcessorKey("board", "/sys/devices/m4")
    record = CrashRecord(crash_id, "board", key.device, name, 1.0, folder=folder, stage=CrashStage.READY, title=name)
    return EventHappened(Event(0.0, EventKind.CAPTURED, f"{name} crashed", "board", key, name, crash=record))


HOSTILE = "$(touch /tmp/owned) `id`; 'x' \"y\" -n\\"


async def test_no_name_is_ever_read_by_the_shell(
    controller: Controller, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / HOSTILE.replace("/", "_")
    folder.mkdir()
    (folder / "report.json").write_text("{}")
    out = tmp_path / "out"
    command = (
        f"printf '%s|' \"$1\" \"$RPROC_TUI_PROCESSOR\" \"$RPROC_TUI_TITLE\" > '{out}.part'; mv '{out}.part' '{out}'"
    )
    watch = CrashWatch(controller, command, None, as_json=False)
    controller._tell(captured(HOSTILE, str(folder)))
    await exists(out)
    await watch.close()
    assert out.read_text() == f"{folder}/report.json|{HOSTILE}|{HOSTILE}|"
    assert capsys.readouterr().out.endswith(f"{HOSTILE} crashed\n")


async def test_a_command_is_run_once_for_a_crash_that_is_told_of_twice(
    controller: Controller, tmp_path: pathlib.Path
) -> None:
    out = tmp_path / "out"
    watch = CrashWatch(controller, f"echo \"$RPROC_TUI_TITLE\" >> '{out}'", None, as_json=True)
    for name, crash_id in (("m4", "one"), ("m4", "one"), ("last", "two")):
        controller._tell(captured(name, crash_id=crash_id))

    async def both() -> bool:
        return out.exists() and "last" in out.read_text()

    await until(both, "it ran for the last")
    await watch.close()
    assert out.read_text() == "m4\nlast\n"


async def test_crashes_of_others_are_left_alone_where_one_is_named(
    controller: Controller, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = CrashWatch(controller, None, [ProcessorKey("board", "/sys/devices/dsp")], as_json=True)
    controller._tell(captured("m4"))
    await watch.close()
    assert capsys.readouterr().out == ""


async def test_a_command_that_fails_is_told_of(
    controller: Controller, tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    watch = CrashWatch(controller, f"touch '{tmp_path}/out'; exit 3", None, as_json=True)
    controller._tell(captured("m4"))
    await exists(tmp_path / "out")
    await watch.close()
    assert "--on-crash ended with 3 for one" in capfd.readouterr().err
