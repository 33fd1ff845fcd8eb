"""Whose turn it is: which levels the person who looks may decide on now, and in whose stead."""

from dataclasses import dataclass

from hub.core import workflow
from hub.web.console.chain import Past
from hub.web.console.room import Visit
from schemas.edition import Edition
from schemas.errors import HubError
from schemas.person import LEVEL_DUTY
from schemas.release import Release, ReleaseState
from schemas.review import Level
from schemas.words import word


@dataclass(frozen=True)
class Turn:
    """Which levels the person may decide on now, each with in whose stead; or why there are none."""

    levels: tuple[tuple[Level, str], ...]
    why: str = ""
    is_superior: bool = False  #: a signer about to decide on another level, and so not to sign


def turn(visit: Visit, release: Release, edition: Edition, known: Past) -> Turn:
    if release.state is not ReleaseState.IN_REVIEW:
        return Turn((), f"现在是“{word(release.state)}”，没有待作的结论。")
    authors = next((one.authors for one in known.covers if one.number == edition.number), ())
    reviews = known.of(edition.number)
    levels, refusals = [], []
    for level in workflow.BEFORE:
        try:
            giver = workflow.check_review(visit.person, level, edition, authors=authors, reviews=reviews)
        except HubError as error:
            refusals += [error.message] if LEVEL_DUTY[level] in visit.person.duties else []
        else:
            levels.append((level, known.name(giver) if giver else ""))
    why = refusals[0] if refusals else "您没有审核职责，可以查看和批注。"
    is_superior = visit.has(workflow.SUPERIOR) and any(level is not Level.FINAL for level, _ in levels)
    return Turn(tuple(levels), "" if levels else why, is_superior=is_superior)
