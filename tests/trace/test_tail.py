"""What the tail makes of each thing that a writer can do between two looks."""

from __future__ import annotations

import pytest

from rproc_tui.model.trace_line import LineKind
from rproc_tui.trace.tail import SAME_BOOT
from tests.trace.watching import Watcher
from tests.trace.writers import LogBuff, MemoryLog, RamConsole


def _numbered(first: int, last: int) -> bytes:
    return b"".join(b"line %03d of the run\n" % number for number in range(first, last))


def _timed(first: int, last: int) -> bytes:
    return b"".join(b"[%5d.000] tick\n" % number for number in range(first, last))


def test_an_empty_buffer_gives_no_lines() -> None:
    watcher = Watcher()
    assert watcher.look(b"") == ()
    assert watcher.look(b"") == ()


def test_appended_lines_come_once() -> None:
    watcher = Watcher()
    watcher.look(b"one\n")
    watcher.look(b"one\ntwo\nthree\n")
    watcher.look(b"one\ntwo\nthree\n")
    assert watcher.shown() == ["one", "two", "three"]


def test_lines_carry_the_time_of_the_look_and_the_firmwares_own() -> None:
    watcher = Watcher()
    (line,) = watcher.look(b"[    1.500] up\n")
    assert (line.arrived, line.firmware_time) == (watcher.now, 1.5)


def test_a_line_without_its_end_is_shown_and_then_replaced() -> None:
    watcher = Watcher()
    watcher.look(b"start\nwait")
    assert watcher.shown() == ["start", "wait…"]
    watcher.look(b"start\nwaiting")
    assert watcher.shown() == ["start", "waiting…"]
    watcher.look(b"start\nwaiting\nset\n")
    assert watcher.shown() == ["start", "waiting", "set"]


def test_a_character_cut_by_the_look_comes_whole_with_the_next() -> None:
    watcher = Watcher()
    watcher.look(b"20 \xc2")
    watcher.look("20 °C\n".encode())
    assert watcher.shown() == ["20 °C"]


def test_a_nul_ends_the_text_even_if_a_host_does_not_cut_there() -> None:
    watcher = Watcher()
    watcher.look(b"text\n\0rubbish")
    assert watcher.shown() == ["text"]


def test_the_kernels_sentence_for_an_unmapped_buffer_is_a_line() -> None:
    watcher = Watcher(4096)
    watcher.look(b"Trace  not available\n")
    assert watcher.shown() == ["Trace  not available"]


def test_a_full_buffer_at_the_first_look_is_put_in_order_by_the_firmwares_time() -> None:
    writer = RamConsole(300)
    writer.write(_timed(0, 40))
    watcher = Watcher(300)
    watcher.look(writer.shown())
    whole = [f"[{number:5}.000] tick" for number in range(40)]
    kept = watcher.shown()
    assert kept[0] == "<seam>"
    assert kept[2:] == whole[-len(kept) + 2 :]
    assert whole[-len(kept) + 1].endswith(kept[1])
    assert len(kept) == 19


def test_a_full_buffer_without_times_says_that_its_order_is_not_known() -> None:
    text = _numbered(0, 20)
    watcher = Watcher(len(text))
    watcher.look(text)
    assert watcher.marks == [LineKind.SEAM]
    assert "not known" in watcher.lines[0].text


def test_the_second_look_finds_the_write_point_that_the_first_could_not() -> None:
    watcher = Watcher(400)
    writer = RamConsole(400)
    writer.write(_numbered(0, 33))
    watcher.look(writer.shown())
    writer.write(_numbered(33, 35))
    watcher.look(writer.shown())
    assert watcher.marks == [LineKind.SEAM]
    assert watcher.complete[-2:] == ["line 033 of the run", "line 034 of the run"]


def test_a_buffer_of_unknown_size_that_goes_on_growing_was_not_full() -> None:
    watcher = Watcher()
    text = _numbered(0, 40)
    watcher.look(text[:256])
    watcher.look(text)
    assert watcher.complete == text.decode().splitlines()


def test_lines_that_lie_on_old_ones_of_the_same_length_show_whole_while_their_end_waits() -> None:
    writer, watcher = RamConsole(401), Watcher(401)  # 400 characters: 20 lines
    for number in range(20):
        writer.write(_numbered(number, number + 1))
        watcher.look(writer.shown())
    for number in (100, 101):
        writer.write(_numbered(number, number + 1))
        watcher.look(writer.shown())
        assert watcher.shown()[-1] == f"line {number} of the run…"
    watcher.boot()
    assert watcher.shown()[-3:] == ["line 100 of the run", "line 101 of the run", "<restart>"]


def test_an_unfinished_line_shows_nothing_of_the_old_text_behind_it() -> None:
    writer, watcher = RamConsole(401), Watcher(401)
    for number in range(25):
        writer.write(_numbered(number, number + 1))
        watcher.look(writer.shown())
    writer.write(b"prom")
    watcher.look(writer.shown())
    writer.write(b"pt")
    watcher.look(writer.shown())
    assert watcher.shown()[-1] == "prompt…"


def test_a_hidden_end_of_lap_is_told_with_its_size() -> None:
    writer, watcher = LogBuff(256), Watcher(256)
    writer.write(_numbered(0, 10))
    watcher.look(writer.shown())
    writer.write(_numbered(10, 15))
    watcher.look(writer.shown())
    lost = next(line for line in watcher.lines if line.kind is LineKind.LOST)
    assert "up to 55 bytes" in lost.text
    assert watcher.complete[-2:] == ["line 013 of the run", "line 014 of the run"]


def test_a_hidden_end_of_lap_in_a_buffer_of_unknown_size_is_told_without() -> None:
    writer, watcher = LogBuff(256), Watcher()
    writer.write(_numbered(0, 11))
    watcher.look(writer.shown())
    writer.write(_numbered(11, 15))
    watcher.look(writer.shown())
    assert [line.text for line in watcher.lines if line.kind is LineKind.LOST] == [
        "text lost: text between the last look and the end of the buffer can no longer be read"
    ]


@pytest.mark.parametrize("already", [0, 3])
def test_a_look_between_a_character_and_its_nul_shows_nothing_of_the_previous_lap(already: int) -> None:
    writer, watcher = LogBuff(401), Watcher(401)
    for number in range(20):
        writer.write(_numbered(number, number + 1))
        watcher.look(writer.shown())
    for number in range(20, 20 + already):
        writer.write(_numbered(number, number + 1))
        watcher.look(writer.shown())
    text = _numbered(20 + already, 30)
    for at, byte in enumerate(text):
        if at == 30:
            writer.put_without_nul(byte)
            watcher.look(writer.shown())
            writer.memory[writer.position] = 0
        else:
            writer.put(byte)
    watcher.look(writer.shown())
    assert watcher.marks == []
    assert watcher.complete == _numbered(0, 30).decode().splitlines()


def test_a_look_that_caught_half_of_a_write_is_mended_by_the_next() -> None:
    writer, watcher = RamConsole(2001), Watcher(2001)
    writer.write(_numbered(0, 110))
    for number in range(110, 120):
        writer.write(_numbered(number, number + 1))
        watcher.look(writer.shown())
    before = writer.shown()
    writer.write(_numbered(120, 160))
    after = writer.shown()
    middle = writer.position - 400
    watcher.look(before[:middle] + after[middle:])
    writer.write(_numbered(160, 161))
    watcher.look(writer.shown())
    assert watcher.marks[-1] is LineKind.SEAM
    assert set(_numbered(110, 160).decode().splitlines()) <= set(watcher.complete)


@pytest.mark.parametrize("lines", [15, 20, 21])
def test_more_than_a_buffer_is_marked_even_without_times_and_where_lines_lie_on_lines(lines: int) -> None:
    writer, watcher = RamConsole(401), Watcher(401)
    for number in range(lines):
        writer.write(_numbered(number, number + 1))
        watcher.look(writer.shown())
    writer.write(_numbered(lines, 70))
    watcher.look(writer.shown())
    assert watcher.marks == [LineKind.LOST]
    assert {"line 069 of the run", "line 055 of the run"} <= set(watcher.complete)


def test_an_unfinished_line_before_a_loss_stays_as_it_is() -> None:
    writer, watcher = RamConsole(401), Watcher(401)
    writer.write(b"first\nunfinis")
    watcher.look(writer.shown())
    writer.write(b"hed\n" + _numbered(0, 60))
    watcher.look(writer.shown())
    assert watcher.shown()[:3] == ["first", "unfinis", "<lost>"]


def test_a_boot_that_nobody_told_of_shows_by_a_cleared_buffer() -> None:
    watcher = Watcher(4096)
    watcher.look(_numbered(0, 5))
    watcher.look(b"")
    watcher.look(_numbered(0, 1))
    assert watcher.shown()[-2:] == ["<restart>", "line 000 of the run"]


def test_a_buffer_that_a_stop_cleared_shows_no_boot_before_one_comes() -> None:
    watcher = Watcher(4096)
    watcher.look(b"first\nunfinis")
    watcher.look(b"")
    assert watcher.shown() == ["first", "unfinis"]
    watcher.now += 60
    watcher.look(b"again\n")
    assert watcher.shown() == ["first", "unfinis", "<restart>", "again"]
    assert watcher.boot() == ()


def test_a_boot_told_of_a_buffer_that_a_stop_cleared_is_marked_when_it_is_told() -> None:
    watcher = Watcher(4096)
    watcher.look(_numbered(0, 2))
    watcher.look(b"")
    watcher.boot()
    assert watcher.marks == [LineKind.RESTART]
    watcher.look(_numbered(0, 1))
    assert watcher.shown()[-2:] == ["<restart>", "line 000 of the run"]


@pytest.mark.parametrize("size", [None, 4096])
def test_a_boot_that_nobody_told_of_shows_by_the_same_first_line(size: int | None) -> None:
    watcher = Watcher(size)
    watcher.look(b"*** firmware 1.0 ***\n" + _numbered(0, 5))
    watcher.look(b"*** firmware 1.0 ***\nheap 1234\n")
    assert watcher.shown()[-3:] == ["<restart>", "*** firmware 1.0 ***", "heap 1234"]


def test_a_boot_that_nobody_told_of_shows_by_the_firmwares_time() -> None:
    watcher = Watcher()
    watcher.look(_timed(0, 50))
    watcher.look(b"other firmware\n[    0.100] up\n")
    assert watcher.marks == [LineKind.RESTART]
    watcher.look(b"other firmware\n[    0.100] up\n[    0.200] on\n")
    assert watcher.complete[-3:] == ["other firmware", "[    0.100] up", "[    0.200] on"]


@pytest.mark.parametrize("length", [17, 100, 200])
def test_a_boot_that_nobody_told_of_shows_in_a_buffer_far_from_its_end(length: int) -> None:
    watcher = Watcher(4096)
    watcher.look(_numbered(0, 5))  # 100 bytes
    text = b"another firmware".ljust(length - 1, b".")
    watcher.look(text + b"\n")
    assert watcher.shown()[-2:] == ["<restart>", text.decode()]
    assert watcher.boot() == ()


def test_a_boot_into_a_buffer_that_nobody_cleared_shows_by_text_from_the_start_on() -> None:
    writer, watcher = RamConsole(2001), Watcher(2001)
    for number in range(150):
        writer.write(_numbered(number, number + 1))
        watcher.look(writer.shown())
    writer.position = 0
    writer.write(b"again\n" + _numbered(500, 502))
    watcher.look(writer.shown())
    assert watcher.shown()[-4:] == ["<restart>", "again", "line 500 of the run", "line 501 of the run"]


@pytest.mark.parametrize("banner", [b"", b"*** 1.0 ***\n", b"*** 1.0 ***\nheap 4096\nclock 64 MHz\n"])
def test_a_boot_into_a_buffer_that_nobody_cleared_shows_by_time_behind_an_equal_start(banner: bytes) -> None:
    writer, watcher = RamConsole(2001), Watcher(2001)
    writer.write(banner + _timed(0, 60))
    watcher.look(writer.shown())
    writer.position = 0
    writer.write(banner + b"[    0.500] up\n[    0.700] tick\n")
    watcher.look(writer.shown())
    restarted = watcher.shown().index("<restart>")
    assert watcher.shown()[restarted + 1 :] == [*banner.decode().splitlines(), "[    0.500] up", "[    0.700] tick"]


def _memory_log(first: int, last: int) -> bytes:
    return b"".join(b"[m0] %5d.021536s : tick\r\n" % number for number in range(first, last))


def test_more_than_a_buffer_is_a_loss_and_no_boot_where_the_end_of_the_buffer_tears_a_time() -> None:
    watcher, lines = Watcher(1024), len(_memory_log(0, 1))
    watcher.look(_memory_log(0, 30))
    torn = _memory_log(88, 89)
    cut = torn.index(b"8.0")  # [m0]    8 | 8.021536s
    content = torn[cut:] + _memory_log(89, 100)
    content += b"." * ((1024 - len(content) - cut) % lines) + b"\n" + _memory_log(50, 100)
    content = content[: 1024 - cut].rpartition(b"\n")[0] + b"\n" + torn[:cut]
    watcher.look(content)
    assert watcher.marks == [LineKind.LOST]


def test_a_boot_into_a_buffer_that_nobody_cleared_shows_by_time_though_the_last_line_has_no_end() -> None:
    writer, watcher = MemoryLog(1024), Watcher(1024)
    for number in range(10, 60):
        writer.write(_memory_log(number, number + 1))
        watcher.look(writer.shown())
    writer.position = 0
    writer.write(_memory_log(0, 1))
    watcher.look(writer.shown())
    assert watcher.shown()[-2:] == ["<restart>", "[m0]     0.021536s : tick"]


def test_time_that_goes_on_across_a_lap_is_no_boot() -> None:
    writer, watcher = LogBuff(256), Watcher()
    writer.write(_timed(0, 14))
    watcher.look(writer.shown())
    writer.write(_timed(14, 20))
    watcher.look(writer.shown())
    assert watcher.marks == [LineKind.LOST]


def test_after_a_boot_that_was_told_equal_text_is_new_text() -> None:
    watcher = Watcher(4096)
    watcher.look(b"*** firmware 1.0 ***\nready\n")
    watcher.boot()
    watcher.look(b"*** firmware 1.0 ***\nready\n")
    assert watcher.shown() == ["*** firmware 1.0 ***", "ready", "<restart>", "*** firmware 1.0 ***", "ready"]


def test_after_a_boot_that_was_told_a_full_old_buffer_waits_for_the_new_run() -> None:
    writer, watcher = RamConsole(2001), Watcher(2001)
    for number in range(150):
        writer.write(_numbered(number, number + 1))
        watcher.look(writer.shown())
    watcher.boot()
    assert watcher.look(writer.shown()) == ()
    writer.position = 0
    writer.write(b"again\n" + _numbered(500, 502))
    watcher.look(writer.shown())
    assert watcher.shown()[-4:] == ["<restart>", "again", "line 500 of the run", "line 501 of the run"]


def test_a_boot_told_before_the_first_look_or_twice_is_marked_once_at_most() -> None:
    watcher = Watcher()
    assert watcher.boot() == ()
    watcher.look(b"up\n")
    watcher.boot()
    watcher.boot()
    assert watcher.marks == [LineKind.RESTART]


def test_a_boot_told_after_the_buffer_showed_it_is_the_same_boot() -> None:
    watcher = Watcher(4096)
    watcher.look(_numbered(0, 5))
    watcher.look(b"")
    watcher.look(_numbered(0, 2))
    assert watcher.boot() == ()
    watcher.look(_numbered(0, 4))
    assert watcher.complete == _numbered(0, 5).decode().splitlines() + _numbered(0, 4).decode().splitlines()


def test_a_boot_told_long_after_the_buffer_showed_one_is_another() -> None:
    watcher = Watcher(4096)
    watcher.look(_numbered(0, 5))
    watcher.look(b"")
    watcher.look(_numbered(0, 1))
    watcher.now += SAME_BOOT
    watcher.boot()
    assert watcher.marks == [LineKind.RESTART, LineKind.RESTART]


def test_equal_lines_over_equal_lines_are_no_boot_and_no_jump() -> None:
    # Nobody can see a line overwritten with itself: their number is lost on principle, not what comes after.
    writer, watcher = RamConsole(401), Watcher(401)
    for _ in range(50):
        writer.write(b"alive..\n")
        watcher.look(writer.shown())
    for _ in range(20):
        writer.write(b"alive..\n")
        watcher.look(writer.shown())
    writer.write(b"done...\n")
    watcher.look(writer.shown())
    assert watcher.marks == []
    assert watcher.complete == ["alive.."] * 70
    assert watcher.shown()[-1] == "done...…"  # it ends as the line below it does
