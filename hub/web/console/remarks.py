"""批注: said of a passage, answered, settled. Shown beside the text wherever it is read or written."""

from hub.commands import commenting
from hub.web.console import review
from hub.web.console.places import safe
from hub.web.console.room import Answer, Moved, Room, Visit
from schemas import comment as forms

_ALL = "/releases/{release:[1-9][0-9]{0,14}}/comments"
_ONE = _ALL + "/{comment:[1-9][0-9]{0,14}}"


async def add(visit: Visit) -> Answer:
    number = await commenting.add(visit.hub, visit.person, visit.release, visit.posted.filled(forms.Remark))
    return _back(visit, number, "批注已记下。")


async def answer(visit: Visit) -> Answer:
    comment = int(visit.names["comment"])
    await commenting.answer(visit.hub, visit.person, visit.release, comment, visit.posted.filled(forms.Answer))
    return _back(visit, comment, "答复已记下。")


async def settle(visit: Visit) -> Answer:
    comment = int(visit.names["comment"])
    is_resolved = visit.posted.get("settled", "1") == "1"
    await commenting.resolve(visit.hub, visit.person, visit.release, comment, is_resolved=is_resolved)
    return _back(visit, comment, "批注已标记为已处理。" if is_resolved else "批注已重新打开。")


def _back(visit: Visit, comment: int, said: str) -> Moved:
    """To where it was said, at the comment itself."""
    back = safe(visit.posted.get("back") or f"/releases/{visit.release}/review").split("#")[0]
    return Moved(f"{back}#remark-{comment}", said=said)


ROOMS = (
    Room("POST", _ALL, add, again=review.show),
    Room("POST", _ONE + "/answer", answer, again=review.show),
    Room("POST", _ONE + "/settle", settle, again=review.show),
)
