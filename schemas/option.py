"""Options: the ways in which a channel can take one and the same edition.

Which one is a publisher's choice and no part of the text, so it is in no edition's digest.
"""

from schemas.release import Frozen


class Option(Frozen):
    """One way. What it costs are the channel's budgets that name it (`schemas.budget.Budget.choice`)."""

    name: str  #: kept with the delivery and in the log
    words: str  #: in Chinese, what people choose by
    hint: str = ""  #: in Chinese, what follows from choosing it


def chosen(options: tuple[Option, ...], name: str) -> str:
    """The name of the option that is taken: the first where none is named. Raises KeyError for an unknown one."""
    names = [one.name for one in options]
    if name and name not in names:
        raise KeyError(name)
    return name or next(iter(names), "")
