"""What can go wrong, by whose fault: one base class, four kinds."""


class ScannerError(Exception):
    """Base of every error this library raises on purpose; its text says what, where and the cure."""


class InputError(ScannerError):
    """A record, a file or an argument is not what the contract asks for."""


class PackError(ScannerError):
    """A lexicon pack is wrong. `problems` holds every fault found, one line each."""

    def __init__(self, problems: list[str] | str) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class PolicyError(ScannerError):
    """A policy file is wrong. `problems` holds every fault found, one line each."""

    def __init__(self, problems: list[str] | str) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class LedgerError(ScannerError):
    """The ledger cannot do what was asked; nothing was written."""
