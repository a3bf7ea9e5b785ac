"""Every key of the program: its action, the words of the key line and of the help, and the name to remap it by."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding

from rproc_tui.model.outcome import Verb

PROCESSOR = "Processor"
TRACE = "Trace"
MESSAGES = "Messages"
CRASHES = "Crashes"
BYTES = "Memory"
SCREEN = "Screen"
PROGRAM = "Program"
MOVING = "Moving"


@dataclass(frozen=True, slots=True)
class Key:
    """One key and what it is for."""

    id: str
    """The name of the action: for the configuration, the command line and the help."""
    keys: str
    """Textual's names of the keys, with commas between."""
    action: str
    help: str
    group: str
    label: str = ""
    """The word on the key line; none, and it is only in the help."""
    verb: Verb | None = None
    """The action on a processor that it asks for: greyed where that makes no sense."""
    line: int = 0
    """Which part of the key line it stands in."""
    first: bool = False
    """It comes before the keys of the panel that has the focus."""

    def binding(self) -> Binding:
        """The same for Textual."""
        return Binding(self.keys, self.action, self.help, show=bool(self.label), id=self.id, priority=self.first)


def _verb(keys: str, verb: Verb, explanation: str, label: str = "", line: int = 0) -> Key:
    return Key(str(verb), keys, f"screen.verb('{verb}')", explanation, PROCESSOR, label, verb, line)


PROCESSOR_KEYS = (
    _verb("b", Verb.BOOT, "boot it; offers to recover a crashed one", "boot", 0),
    _verb("s", Verb.STOP, "stop it", "stop", 0),
    _verb("r", Verb.RELOAD, "stop, load the firmware file anew, start", "reload", 0),
    _verb("c", Verb.COREDUMP, "take a coredump, collect the one that waits, or give up one on its way", "coredump", 0),
    _verb("f", Verb.FIRMWARE, "choose the firmware file", "firmware", 1),
    _verb("w", Verb.WATCH, "watch the firmware file and reload when it changes", "watch", 1),
    _verb("R", Verb.RECOVERY, "recovery after a crash on or off", "recovery", 1),
    _verb("x", Verb.CRASH, "crash it on purpose (asks)"),
    _verb("d", Verb.DETACH, "detach from it and leave it running (asks)"),
    _verb("K", Verb.KICK, "kick it: post a word to its mailbox"),
)

TRACE_KEYS = (
    Key(
        "filter",
        "slash",
        "screen.filter",
        "show only matching lines: text, /regex/, ! inverts",
        TRACE,
        "filter",
        line=2,
    ),
    Key("pause", "space", "screen.pause", "stand still, or follow the newest line again", TRACE, "pause", line=2),
    Key("mark", "m", "screen.mark", "put a mark with the time into the trace", TRACE),
    Key("find", "F", "screen.find", "search for a line: text, /regex/, ! inverts", TRACE),
    Key("next-match", "n", "screen.match(1)", "next line that the search finds", TRACE),
    Key("previous-match", "N", "screen.match(-1)", "previous line that the search finds", TRACE),
    Key("next-mark", "right_square_bracket", "screen.landmark(1)", "next mark or boot", TRACE),
    Key("previous-mark", "left_square_bracket", "screen.landmark(-1)", "previous mark or boot", TRACE),
    Key("wrap", "W", "screen.wrap", "let long lines go on below, or cut them", TRACE),
    Key("times", "T", "screen.times", "time of arrival, since boot or mark, of the firmware, none", TRACE),
    Key("previous-boot", "p", "screen.boot(-1)", "what it said in the boot before", TRACE),
    Key("next-boot", "P", "screen.boot(1)", "what it said in the boot after", TRACE),
    Key("merge", "M", "screen.merge", "all processors by time, or the selected one", TRACE),
    Key("kernel-lines", "O", "screen.kernel_lines", "the kernel's lines between them, or not", TRACE),
    Key("trace-up", "pageup", "screen.trace_page(-1)", "one page up", TRACE),
    Key("trace-down", "pagedown", "screen.trace_page(1)", "one page down", TRACE),
)

RPMSG_KEYS = (
    Key(
        "send",
        "i",
        "screen.send",
        "type messages for the selected channel (enter does it too)",
        MESSAGES,
        "send",
        line=2,
    ),
    Key("listen", "L", "screen.listen", "listen to the selected channel, or no longer", MESSAGES, "listen", line=2),
)

CRASH_KEYS = (
    Key(
        "compare",
        "equals_sign",
        "screen.compare",
        "mark this crash; on another one, show both side by side",
        CRASHES,
        "compare",
        line=2,
    ),
    Key("debugger", "D", "screen.debugger", "copy the command line that opens the kept memory in gdb", CRASHES),
)

GO_TO = Key(
    "go-to",
    "a",
    "screen.go_to",
    "go to an address, a register, or the name of a function or variable",
    BYTES,
    "address",
    line=2,
)

MEMORY_KEYS = (GO_TO, Key("look", "u", "screen.look", "read the bytes again", BYTES))

SHOW_KEYS = (
    Key("overview", "1", "app.show('overview')", "screen 1: everything about one processor", SCREEN),
    Key("trace", "2", "app.show('trace')", "screen 2: the trace alone, of one or all merged by time", SCREEN),
    Key("memory", "3", "app.show('memory')", "screen 3: what lies where in memory, and its bytes", SCREEN),
    Key("rpmsg", "4", "app.show('rpmsg')", "screen 4: messages, channels and rings", SCREEN),
    Key("crashes", "5", "app.show('crashes')", "screen 5: crashes, what they died of, and where", SCREEN),
    Key("events", "6", "app.show('events')", "screen 6: everything that happened, and what the kernel said", SCREEN),
)

NOTICE_KEYS = (
    Key("notice-up", "pageup", "screen.notice_page(-1)", "a long notice: one page up", SCREEN, first=True),
    Key("notice-down", "pagedown", "screen.notice_page(1)", "a long notice: one page down", SCREEN, first=True),
)

SCREEN_KEYS = (
    Key("explain", "E", "screen.explain", "explain its state and what the kernel said of it", PROCESSOR),
    Key("reconnect", "C", "screen.reconnect", "try a board that is lost or refused again now", SCREEN),
    Key("next-panel", "tab", "screen.panel(1)", "next panel", SCREEN),
    Key("previous-panel", "shift+tab", "screen.panel(-1)", "previous panel", SCREEN),
    Key("back", "escape", "screen.back", "back out: close, clear, leave", SCREEN),
    Key("copy", "y", "screen.copy", "copy this panel's text to the clipboard (OSC 52)", SCREEN),
)

MAXIMISE = Key("maximise", "z", "screen.maximise", "this panel alone, or all of them again", SCREEN)

EXPORT = Key("export", "e", "screen.export", "save it to files: the trace, the report of a crash", SCREEN)

FAULTY = Key(
    "faulty", "exclamation_mark", "screen.faulty", "list only the faulty: processors, or events that went wrong", SCREEN
)

OVERVIEW_KEYS = (MAXIMISE, FAULTY, EXPORT)

PROGRAM_KEYS = (
    Key("command", "colon,ctrl+p", "screen.command", "type a command by its name", PROGRAM, "command", line=2),
    Key("theme", "t", "app.theme", "choose a colour theme", PROGRAM),
    Key("mouse", "ctrl+o", "app.mouse", "use the mouse, or leave it to the terminal", PROGRAM),
    Key("redraw", "ctrl+l", "app.redraw", "paint the screen anew: something wrote over it", PROGRAM),
    Key("suspend", "ctrl+z", "app.suspend_process", "into the background; the shell's `fg` brings it back", PROGRAM),
    Key("help", "question_mark,f1", "screen.help", "this page", PROGRAM, "help", line=2),
    Key("quit", "q,ctrl+q,ctrl+c", "app.quit", "leave the program", PROGRAM),
)

NAVIGATION_KEYS = (
    Key("up", "up,k", "row(-1)", "up", MOVING),
    Key("down", "down,j", "row(1)", "down", MOVING),
    Key("left", "left,h", "sideways(-1)", "left; fold a host", MOVING),
    Key("right", "right,l", "sideways(1)", "right; unfold a host", MOVING),
    Key("page-up", "pageup,ctrl+u", "page(-1)", "one page up", MOVING),
    Key("page-down", "pagedown,ctrl+d", "page(1)", "one page down", MOVING),
    Key("top", "g,home", "first", "to the top", MOVING),
    Key("bottom", "G,end", "last", "to the bottom; the trace follows again", MOVING),
    Key("open", "enter", "open", "open what is selected", MOVING),
)

KEYS = (
    *PROCESSOR_KEYS,
    *TRACE_KEYS,
    *RPMSG_KEYS,
    *CRASH_KEYS,
    *MEMORY_KEYS,
    *SHOW_KEYS,
    *SCREEN_KEYS,
    *NOTICE_KEYS,
    *OVERVIEW_KEYS,
    *NAVIGATION_KEYS,
    *PROGRAM_KEYS,
)
"""All of them, in the order of the help."""

CONTEXTS = tuple(
    (*PROGRAM_KEYS, *NAVIGATION_KEYS, *PROCESSOR_KEYS, *SHOW_KEYS, *SCREEN_KEYS, *NOTICE_KEYS, MAXIMISE, EXPORT, *own)
    for own in ((*TRACE_KEYS, FAULTY), MEMORY_KEYS, RPMSG_KEYS, (*CRASH_KEYS, GO_TO))
)
"""What can be pressed at the same time: on screens with lists of lines, and on those of memory, messages, crashes."""

NAVIGATION = tuple(key.binding() for key in NAVIGATION_KEYS)
BOARD = tuple(key.binding() for key in (*PROCESSOR_KEYS, *SHOW_KEYS, *SCREEN_KEYS))
OVERVIEW = tuple(key.binding() for key in (*NOTICE_KEYS, *TRACE_KEYS, *OVERVIEW_KEYS))
TRACE_SCREEN = tuple(key.binding() for key in (*NOTICE_KEYS, *TRACE_KEYS, EXPORT))
RPMSG = tuple(key.binding() for key in (*NOTICE_KEYS, *RPMSG_KEYS))
MEMORY = tuple(key.binding() for key in (*NOTICE_KEYS, *MEMORY_KEYS, MAXIMISE))
EVENTS = tuple(key.binding() for key in (*NOTICE_KEYS, *TRACE_KEYS[:2], MAXIMISE, FAULTY, EXPORT))
CRASHES_SCREEN = tuple(key.binding() for key in (*NOTICE_KEYS, *CRASH_KEYS, GO_TO, MAXIMISE, EXPORT))
APP = tuple(key.binding() for key in PROGRAM_KEYS)
