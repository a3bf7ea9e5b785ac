"""The rows that a line number program makes, in columns: a unit has tens of thousands of them."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import NamedTuple


class Row(NamedTuple):
    """Where the code from one address on comes from."""

    file: int
    """Index into the files of the header."""
    line: int


class Sequence(NamedTuple):
    """Rows that follow each other without a gap."""

    start: int
    end: int
    """The first address behind it."""
    first: int
    """Index of its first row."""
    last: int
    """Index behind its last row."""


class LineTable:
    """Rows by address, grown by a program."""

    def __init__(self) -> None:
        self.sequences: list[Sequence] = []
        self._addresses = array("Q")
        self._files = array("L")
        self._lines = array("L")
        self._statements = bytearray()
        self._first = 0

    def __len__(self) -> int:
        return len(self._addresses)

    def add(self, address: int, file: int, line: int, is_statement: bool) -> None:
        """One more row of the sequence that is open. Raises OverflowError for numbers that no program has."""
        self._addresses.append(address)
        self._files.append(file)
        self._lines.append(line)
        self._statements.append(is_statement)

    def end(self, address: int) -> None:
        """Close the sequence at the first address behind it."""
        if self._first < len(self):
            self.sequences.append(Sequence(self._addresses[self._first], address, self._first, len(self)))
        self._first = len(self)

    def row_at(self, address: int, start: int | None = None) -> Row | None:
        """The row that an address belongs to; None where no sequence has it.

        Of several sequences, as a linker leaves them of dropped functions, it is the one that begins at `start`, else
        the one that begins last.
        """
        found = [one for one in self.sequences if one.start <= address < one.end]
        if not found:
            return None
        return self._row_in(max(found, key=lambda one: (one.start == start, one.start)), address)

    def _row_in(self, sequence: Sequence, address: int) -> Row | None:
        """Of the rows at one address the last statement, else the last; code of no line is the line's before it."""
        behind = bisect_right(self._addresses, address, sequence.first, sequence.last)
        first = bisect_left(self._addresses, self._addresses[behind - 1], sequence.first, behind)
        with_line = [index for index in range(first, behind) if self._lines[index]]
        statements = [index for index in with_line if self._statements[index]]
        for index in (*reversed(statements), *reversed(with_line), *range(first - 1, sequence.first - 1, -1)):
            if self._lines[index]:
                return Row(self._files[index], self._lines[index])
        return None
