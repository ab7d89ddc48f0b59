"""What is wrong, or likely wrong, and the exceptions that say so."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """An error, a warning or a note, with its place. Lines and columns count from 1."""

    code: str
    """The name that docs/diagnostics.md lists it under."""
    severity: Severity
    message: str
    file: str | None
    """The file, or ``changes`` or ``scenarios`` for what is wrong in a change; none where it has no place."""
    line: int | None
    column: int | None
    help: str | None
    """What can be done."""

    @classmethod
    def of(cls, cells: Sequence[str]) -> Finding:
        code, severity, file, line, column, message, help = cells
        return cls(
            code=code,
            severity=cast(Severity, severity),
            message=message,
            file=file or None,
            line=int(line) if line else None,
            column=int(column) if column else None,
            help=help or None,
        )

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.file else ""
        return f"{place}{self.severity}[{self.code}]: {self.message}" + (f"; {self.help}" if self.help else "")


class Refused(ValueError):
    """What was given has errors, so that there is no answer."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings)
        self.findings: list[Finding] = list(findings)
        """All that was found, errors and what stands beside them."""

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


class InvalidInventory(Refused):
    """An inventory or export that has errors, all of which ``findings`` lists."""


class BadChange(Refused):
    """Changes that have mistakes, or that Azure would refuse."""


class UnknownName(LookupError):
    """A gateway, client or network that the inventory does not have."""

    def __init__(self, said: str, name: str, known: Sequence[str]) -> None:
        super().__init__(said, name, known)
        self.said, self.name, self.known = said, name, sorted(set(known))

    def __str__(self) -> str:
        folded = {name.lower(): name for name in self.known}
        for close in difflib.get_close_matches(self.name.lower(), folded, n=1):
            return f"{self.said}; did you mean `{folded[close]}`?"
        return self.said
