"""Reads the catalogue: TOML files beside this one, a table for each entry, named by its code.

Keys of an entry: `severity`, `certainty`, `cause` (required); `cure`; `lines`, `also`, `unless` (regular expressions
that are searched in the kernel's lines); `or_errno`, `or_results`, `or_standing` (what tells it without a line);
`errno` (names), `verbs`, `results`, `states`; `driver` (a regular expression); `when` (conditions by name);
`instead_of` (codes).
"""

from __future__ import annotations

import errno
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from importlib.resources import files
from typing import Any, TypeVar

from rproc_tui.diagnosis.conditions import CONDITIONS
from rproc_tui.diagnosis.entry import Entry
from rproc_tui.diagnosis.fields import ALWAYS, FIELDS
from rproc_tui.diagnosis.sentence import Sentence
from rproc_tui.model.diagnosis import UNKNOWN_CODE, Certainty, Severity
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import State

FILES = ("rpmsg", "recovery", "vendor", "file", "memory", "table", "start", "state", "crash", "machine", "benign")
"""In the order in which explanations are told."""

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_KEYS = frozenset(Entry.__dataclass_fields__) - {"code"}
_Word = TypeVar("_Word", bound=StrEnum)


class CatalogueError(ValueError):
    """A file of the catalogue is wrong; says which entry and which key."""


@functools.cache
def catalogue() -> tuple[Entry, ...]:
    """Every entry, in the order in which they are told; read when first asked for."""
    folder = files("rproc_tui.diagnosis")
    return assemble((name, folder.joinpath(f"{name}.toml").read_text("utf-8")) for name in FILES)


def assemble(texts: Iterable[tuple[str, str]]) -> tuple[Entry, ...]:
    """The entries of several files, each with its name. CatalogueError names what is wrong."""
    found: dict[str, Entry] = {}
    for name, text in texts:
        for entry in read(name, text):
            if entry.code in found:
                raise CatalogueError(f"{name}: {entry.code} is there twice")
            found[entry.code] = entry
    for entry in found.values():
        for code in entry.instead_of - found.keys():
            raise CatalogueError(f"{entry.code}: instead_of: there is no {code}")
    return tuple(found.values())


def read(name: str, text: str) -> tuple[Entry, ...]:
    """The entries of one file. CatalogueError names what is wrong."""
    import tomllib  # noqa: PLC0415 (nobody pays for it before something fails)

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{name}: {error}") from error
    return tuple(_entry(f"{name}: {code}", code, table) for code, table in tables.items())


def _entry(where: str, code: str, table: Any) -> Entry:
    if not isinstance(table, dict) or not _CODE.fullmatch(code) or code == UNKNOWN_CODE:
        raise CatalogueError(f"{where} is no entry: a table whose name is made of words and dashes")
    for key in table.keys() - _KEYS:
        raise CatalogueError(f"{where}: {key} is no key of an entry")
    entry = Entry(
        code=code,
        severity=_word(f"{where}: severity", Severity, table.get("severity")),
        certainty=_word(f"{where}: certainty", Certainty, table.get("certainty")),
        cause=_sentence(where, "cause", table),
        cure=_sentence(where, "cure", {"cure": "", **table}),
        or_standing=table.get("or_standing") is True,
        driver=_pattern(f"{where}: driver", table["driver"]) if "driver" in table else None,
        **{key: _list(where, key, table) for key in _MAKERS if key in table},
    )
    _check(where, entry)
    return entry


def _check(where: str, entry: Entry) -> None:
    """What no key tells alone."""
    told = entry.lines or entry.or_errno or entry.or_results or entry.errno or entry.results
    if not (told or entry.also or entry.when or entry.states):
        raise CatalogueError(f"{where} would explain everything: it needs lines, errno, results, states or when")
    groups = [set(pattern.groupindex) for pattern in entry.lines]
    always = groups and not entry.or_errno and not entry.or_results
    sure = set.intersection(*groups) if always else set()
    possible = set().union(*groups) | FIELDS.keys()
    for key, sentence in (("cause", entry.cause), ("cure", entry.cure)):
        for choice in sentence.idle:
            raise CatalogueError(f"{where}: {key}: {choice} is no choice: its first part has no field")
        for field in sentence.fields - possible:
            raise CatalogueError(f"{where}: {key}: nothing is called {field}")
        for field in sentence.needed - sure - ALWAYS:
            raise CatalogueError(f"{where}: {key}: {field} is not always known, so it belongs in brackets")


def _sentence(where: str, key: str, table: Mapping[str, Any]) -> Sentence:
    text = table.get(key)
    if not isinstance(text, str) or (key == "cause" and not text):
        raise CatalogueError(f"{where}: {key} has to be a sentence")
    sentence = Sentence(text)
    if not sentence.is_well_formed:
        raise CatalogueError(f"{where}: {key} has a brace or bracket without its other one")
    return sentence


def _list(where: str, key: str, table: Mapping[str, Any]) -> Any:
    values = table[key]
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise CatalogueError(f"{where}: {key} has to be a list of texts")
    made = [_MAKERS[key](f"{where}: {key}", value) for value in values]
    return tuple(made) if key in _IN_ORDER else frozenset(made)


def _pattern(where: str, text: Any) -> re.Pattern[str]:
    if not isinstance(text, str):
        raise CatalogueError(f"{where} has to be a regular expression")
    try:
        return re.compile(text)
    except re.error as error:
        raise CatalogueError(f"{where}: {error}: {text}") from error


def _word(where: str, kind: type[_Word], value: Any) -> _Word:
    try:
        return kind(value)
    except ValueError:
        raise CatalogueError(f"{where} is {value!r}, not one of {', '.join(kind)}") from None


def _errno(where: str, name: str) -> int:
    number = getattr(errno, name, None)
    if not isinstance(number, int):
        raise CatalogueError(f"{where}: there is no {name}")
    return number


def _condition(where: str, name: str) -> str:
    if name.removeprefix("not ") not in CONDITIONS:
        raise CatalogueError(f"{where}: there is no condition {name}")
    return name


def _kind(kind: type[_Word]) -> Callable[[str, str], _Word]:
    return lambda where, value: _word(where, kind, value)


_IN_ORDER = frozenset({"lines", "also", "unless", "when"})
_MAKERS: Mapping[str, Callable[[str, str], object]] = {
    "lines": _pattern,
    "also": _pattern,
    "unless": _pattern,
    "or_errno": _errno,
    "or_results": _kind(Result),
    "errno": _errno,
    "verbs": _kind(Verb),
    "results": _kind(Result),
    "states": _kind(State),
    "when": _condition,
    "instead_of": lambda _where, code: code,
}
