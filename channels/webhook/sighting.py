"""Whether a partner's page shows a document. Pure: a page is text that somebody else wrote."""

from channels import fingerprint, standing
from channels.standing import MARKED
from schemas.delivery import Action
from schemas.parcel import Parcel
from schemas.release import Document
from schemas.words import word

#: How much of a text, taken anywhere, is enough to say that it is still there.
PIECE = 60
MARKS = sorted(word(kind) for kind in MARKED)


def is_done(page: bytes | None, parcel: Parcel, one: Document) -> bool:
    """Tell whether the address shows what the message asked for: the document as it stands now, or nothing of it."""
    if page is None:
        return parcel.action is Action.WITHDRAW
    text = fingerprint.visible(page)
    if parcel.action is Action.WITHDRAW:
        return _is_gone(text, one)
    return _words(one) in text and _is_titled(text, parcel, one)


def _is_gone(text: str, one: Document) -> bool:
    """No piece of the words is left, whatever the page says of their title. Pictures alone are gone with their page."""
    parts = _words(one).split(fingerprint.normal(one.title))
    pieces = [part[at : at + PIECE] for part in parts for at in range(0, len(part), PIECE)]
    longest = min(max(map(len, pieces), default=0), PIECE)
    # The rests at the ends of paragraphs are too short to tell anything, unless the whole text is.
    return bool(longest) and not any(piece in text for piece in pieces if len(piece) == longest)


def _words(one: Document) -> str:
    return fingerprint.visible(f"<!doctype html><html><body>{one.body}</body></html>".encode())


def _is_titled(text: str, parcel: Parcel, one: Document) -> bool:
    """The title stands there with its mark, and without one where there is none."""
    title = fingerprint.normal(one.title)
    is_marked = standing.title(one, parcel.notice) != one.title
    if is_marked and parcel.notice:
        return any(form in text for form in _marked(title, word(parcel.notice.kind)))
    return title in text and not any(form in text for mark in MARKS for form in _marked(title, mark))


def _marked(title: str, mark: str) -> tuple[str, str]:
    return f"{title}({mark})", f"{title}（{mark}）"
