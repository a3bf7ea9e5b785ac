from __future__ import annotations

from rproc_tui.crash.evidence import Evidence
from rproc_tui.tui.panels.crash_logs import NO_KERNEL_LINES, NO_TRACE, CrashLogs, crash_logs
from tests.tui.crashes import evidence


def rows(logs: CrashLogs) -> list[str]:
    return [logs.row(number).plain for number in range(logs.count)]


def test_the_firmwares_lines_stand_above_the_kernels() -> None:
    logs = crash_logs(evidence())
    assert rows(logs) == [
        "Trace, 2 lines to the crash",
        "  hub: alive",
        "  E: hub: 0x101 [bold red]NULL[/]",
        "",
        "Kernel",
        "  remoteproc remoteproc0: crash detected in m4: type mmufault",
    ]
    assert rows(logs)[logs.crash_row - 1].endswith("[/]")


def test_a_line_that_says_that_it_is_an_error_looks_like_one() -> None:
    assert str(crash_logs(evidence()).row(2).spans[-1].style) == "$level-error"


def test_a_log_that_was_not_kept_says_so() -> None:
    assert rows(crash_logs(Evidence())) == ["Trace", f"  {NO_TRACE}", "", "Kernel", f"  {NO_KERNEL_LINES}"]
