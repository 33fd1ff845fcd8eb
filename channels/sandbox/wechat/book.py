"""Everything that happened in one sandbox, as lines that are only appended, and the state that they add up to.

A line is in the operating system's hands before its effect is answered: killing the process loses nothing answered.
"""

import base64
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Article:
    """One published draft: one or more items under one article_id. One that was sent to followers has no publish_id."""

    article_id: str
    publish_id: int
    media_id: str
    items: list[dict[str, Any]]
    urls: list[str]
    created: int
    msg_id: int = 0  #: of the mass send; such an article is in no list
    banned: bool = False


@dataclass
class State:
    """What the lines add up to."""

    calls: Counter[str] = field(default_factory=Counter)  #: path → how often it was reached
    answers: Counter[str] = field(default_factory=Counter)  #: "path errcode" → how often it was answered so
    days: Counter[str] = field(default_factory=Counter)  #: "2026-03-02 path" → how often it counted against the quota
    images: dict[str, str] = field(default_factory=dict)  #: name in the address → base64
    materials: dict[str, dict[str, Any]] = field(default_factory=dict)
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[int, dict[str, Any]] = field(default_factory=dict)  #: publish_id → job
    articles: dict[str, Article] = field(default_factory=dict)
    sends: dict[int, dict[str, Any]] = field(default_factory=dict)  #: msg_id → mass send
    events: list[dict[str, Any]] = field(default_factory=list)


class Book:
    """The lines and their state. One process at a time."""

    def __init__(self, path: Path | None) -> None:
        self.state = State()
        self._file = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            self._replay(path)
            self._file = path.open("ab")

    def write(self, what: str, **data: Any) -> None:
        """Append one line, then apply it."""
        if self._file is not None:
            self._file.write(json.dumps({"what": what, **data}, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
        self._apply(what, data)

    def next_number(self) -> int:
        """Return a publish_id that was not used before: a number, as in real replies."""
        return max(self.state.jobs, default=2_247_483_646) + 1

    def next_send(self) -> int:
        """Return a msg_id that was not used before."""
        return max(self.state.sends, default=3_147_483_646) + 1

    def image(self, name: str) -> bytes | None:
        """Return the bytes of an image by the name in its address."""
        found = self.state.images.get(name)
        return None if found is None else base64.b64decode(found)

    def summary(self) -> dict[str, Any]:
        """Return everything but the images' bytes, for invariant checks from outside."""
        articles = {name: asdict(one) for name, one in self.state.articles.items()}
        return {**vars(self.state), "articles": articles, "images": sorted(self.state.images)}

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _replay(self, path: Path) -> None:
        whole = path.read_bytes()
        # A process killed while it wrote leaves half a line: it was not answered, so it did not happen.
        whole = whole[: whole.rfind(b"\n") + 1]
        with path.open("r+b") as file:
            file.truncate(len(whole))
        for line in whole.splitlines():
            data = json.loads(line)
            self._apply(data.pop("what"), data)

    def _apply(self, what: str, data: dict[str, Any]) -> None:
        getattr(self, f"_on_{what}")(**data)

    def _on_called(self, path: str, day: str) -> None:
        self.state.calls[path] += 1
        self.state.days[f"{day} {path}"] += 1

    def _on_answered(self, path: str, errcode: int) -> None:
        self.state.answers[f"{path} {errcode}"] += 1

    def _on_image(self, name: str, data: str) -> None:
        self.state.images[name] = data

    def _on_material(self, media_id: str, name: str, url: str, at: int) -> None:
        self.state.materials[media_id] = {"media_id": media_id, "name": name, "update_time": at, "url": url}

    def _on_material_deleted(self, media_id: str) -> None:
        self.state.materials.pop(media_id, None)

    def _on_draft(self, media_id: str, items: list[dict[str, Any]], at: int) -> None:
        created = self.state.drafts.get(media_id, {}).get("create_time", at)
        self.state.drafts[media_id] = {"news_item": items, "create_time": created, "update_time": at}

    def _on_draft_deleted(self, media_id: str) -> None:
        self.state.drafts.pop(media_id, None)

    def _on_submitted(self, publish_id: int, **job: Any) -> None:
        self.state.jobs[publish_id] = {**job, "status": 1}

    def _on_published(self, article: dict[str, Any]) -> None:
        one = Article(**article)
        self.state.articles[one.article_id] = one
        if one.msg_id:
            self.state.sends[one.msg_id] |= {"status": "SEND_SUCCESS", "article_id": one.article_id}
        else:
            self.state.jobs[one.publish_id] |= {"status": 0, "article_id": one.article_id}
        self.state.drafts.pop(one.media_id, None)

    def _on_send(self, msg_id: int, **send: Any) -> None:
        self.state.sends[msg_id] = {**send, "status": "SENDING"}

    def _on_confirmed(self, msg_id: int) -> None:
        self.state.sends[msg_id]["waits"] = False

    def _on_unsent(self, msg_id: int, word: str) -> None:
        self.state.sends[msg_id] |= {"status": "SEND_FAIL", "word": word, "waits": False}

    def _on_banned(self, article_id: str) -> None:
        self.state.articles[article_id].banned = True

    def _on_failed(self, publish_id: int, status: int) -> None:
        self.state.jobs[publish_id]["status"] = status

    def _on_article_deleted(self, article_id: str, index: int) -> None:
        items = self.state.articles[article_id].items
        for item in items if index == 0 else items[index - 1 : index]:
            item["is_deleted"] = True
        msg_id = self.state.articles[article_id].msg_id
        if msg_id and all(item["is_deleted"] for item in items):
            self.state.sends[msg_id]["status"] = "DELETE"

    def _on_event(self, publish_id: int, status: int) -> None:
        self.state.events.append({"publish_id": publish_id, "answer": status})
