"""Files that people bring: read, kept as they were read, and made a release once somebody has confirmed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from hub.commands import attaching, backfiling, drafting, writing
from hub.commands.act import Hub, act
from hub.core import outline, workflow
from hub.intake import annex, sniff
from hub.intake.errors import MESSAGES, Code, IntakeError
from hub.intake.manuscript import Manuscript
from hub.intake.notices import Notice
from hub.store import arrivals, blobs
from schemas.draft import Arrival, Hint, Sheet, Text
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Attachment, Document, Metadata, Release, Role

#: Texts of old Word and of WPS: whoever brings one beside a .docx may mean it to be read.
_WORDS = frozenset({annex.KINDS[".doc"].media})
#: How many files may come at once.
MAX_FILES = 20


@dataclass(frozen=True)
class Origin:
    """What an older document's register says of it (存量文件), which goes before what is read off its files."""

    backfile: int
    title: str
    hints: Mapping[str, Hint]

    def beside(self, sheets: Sequence[Sheet]) -> list[Sheet]:
        """The sheets, the first of them with what the register says; where none could be read, an empty one."""
        first, *others = sheets or [Sheet(filename="存量文件登记信息", title=self.title, body="")]
        values = {"title": self.title, "hints": {**first.hints, **self.hints}}
        return [first.model_copy(update=values), *others]


async def receive(
    hub: Hub, person: Person, files: Sequence[writing.File], *, pasted: str = "", origin: Origin | None = None
) -> Arrival:
    """Read the files and keep what they say. Durable on return; running it twice keeps it twice.

    What can be read becomes a sheet, what may be attached an attachment, the rest is told with its reason. No file at
    all is an empty beginning. With an `origin` the files may all be attachments.
    Raises HubError: FORBIDDEN; INTAKE when none of the files has a text.
    """
    workflow.require(person, Duty.EDITOR)
    if len(files) > MAX_FILES:
        raise HubError(ErrorCode.TOO_LARGE, limit=f"一次 {MAX_FILES} 个文件")
    tray = _Tray()
    if pasted:
        tray.read("粘贴的内容", await writing.read_clipboard(pasted, whole=True))
    for file in files:
        await tray.take(file)
    if files and not tray.sheets and origin is None:
        reasons = "；".join(tray.reasons(files))
        raise HubError(ErrorCode.INTAKE, detail=reasons, fields={"files": reasons})
    arrival = tray.arrival(person, origin)
    async with hub.engine.begin() as connection:
        for one in tray.data:
            await blobs.keep(connection, one)
        await arrivals.add(connection, arrival)
    return arrival


@dataclass
class _Tray:
    """What came of the files so far."""

    sheets: list[Sheet] = field(default_factory=list)
    attached: dict[str, Attachment] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  #: texts that can only be attached, which nobody would notice
    data: list[bytes] = field(default_factory=list)

    async def take(self, file: writing.File) -> None:
        try:
            if _is_text(file[0]):
                self.read(file[0], await writing.read(file, settle=True))
            else:
                one = attaching.annexed(file)
                self.attached[one.name] = one
                self.data.append(file[1])
                if one.media in _WORDS:
                    self.unread.append(f"“{one.name}”是旧版格式，没有读取正文，只作为附件。{_no_text(*file)}")
        except HubError as error:
            self.refused.append(f"{file[0]}：{error.message}")

    def read(self, filename: str, read: Manuscript) -> None:
        self.sheets.append(_sheet(filename, read))
        self.data += [picture for _, picture in read.images]

    def reasons(self, files: Sequence[writing.File]) -> list[str]:
        """Why nothing of this is a text: a release begins with one."""
        return [*self.refused, *(f"{name}：{_no_text(name, data)}" for name, data in files if name in self.attached)]

    def arrival(self, person: Person, origin: Origin | None) -> Arrival:
        sheets = sorted(self.sheets, key=is_interpretation)
        if sheets and self.unread:
            warnings = (*sheets[0].warnings, *self.unread)
            sheets[0] = sheets[0].model_copy(update={"warnings": warnings})
        return Arrival(
            id=uuid4().hex,
            person=person.id,
            sheets=tuple(origin.beside(sheets) if origin else sheets),
            backfile=origin.backfile if origin else None,
            attachments=tuple(self.attached.values()),
            refused=tuple(self.refused),
            at=datetime.now(UTC),
        )


def is_interpretation(sheet: Sheet) -> bool:
    """Whether the file is one by its title: a proposal, which a person confirms."""
    named = sheet.title + sheet.filename
    return "解读" in named or "问答" in named or "图解" in named


async def find(hub: Hub, person: Person, arrival: str) -> Arrival:
    """The person's own arrival. Raises HubError(NOT_FOUND)."""
    async with hub.engine.connect() as connection:
        found = await arrivals.find(connection, arrival, person.id)
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这批来稿（可能已超过 30 天）")
    return found


async def create(hub: Hub, person: Person, arrival: str, metadata: Metadata, *, policy: int | None) -> Release:
    """Make a release of what arrived: `policy` is the sheet that is the policy, the others interpret it.

    One transaction. May run twice: the second time answers with the release of the first, whatever it asks for.
    Raises HubError: FORBIDDEN, NOT_FOUND, INVALID.
    """
    workflow.require(person, Duty.EDITOR)
    async with act(hub, person) as acting:
        found = await arrivals.find(acting.connection, arrival, person.id, lock=True)
        if found is None:
            raise HubError(ErrorCode.NOT_FOUND, what="这批来稿（可能已超过 30 天）")
        if found.release is not None:
            return await acting.release(found.release)
        release = await drafting.add(acting, metadata, _documents(found, metadata, policy))
        if found.backfile is not None:
            await backfiling.became(acting, found.backfile, release)
        await arrivals.became(acting.connection, arrival, release.id)
        return await acting.release(release.id)


async def drop(hub: Hub, person: Person, arrival: str) -> None:
    """Give the files back to their author: what was read is forgotten."""
    workflow.require(person, Duty.EDITOR)
    async with hub.engine.begin() as connection:
        await arrivals.drop(connection, arrival, person.id)


def _documents(found: Arrival, metadata: Metadata, policy: int | None) -> list[Document]:
    first = found.sheets[policy] if policy is not None and 0 <= policy < len(found.sheets) else None
    others = [sheet for sheet in found.sheets if sheet is not first]
    body = first.body if first else ""
    text = Text(title=metadata.title, body=body)
    images = first.images if first else ()
    documents = [writing.made(writing.written("policy", None, text, images), attachments=found.attachments)]
    for number, sheet in enumerate(others, start=1):
        text = Text(title=sheet.title, body=sheet.body, form=outline.form(sheet.title))
        documents.append(writing.written(f"{Role.INTERPRETATION}-{number}", None, text, sheet.images))
    return documents


def _is_text(filename: str) -> bool:
    """Word files and their like are read; everything else can only be attached. A .txt is read."""
    return any(filename.lower().endswith(ending) for ending in sniff.ENDINGS) or not annex.is_one(filename)


def _no_text(filename: str, data: bytes) -> str:
    try:
        sniff.sniff(filename, data)
    except IntakeError as error:
        return error.message
    return MESSAGES[Code.UNSUPPORTED]


def _decision(told: Notice) -> str:
    return f"{told.message}（如：{told.sample}）" if told.sample else told.message


def _sheet(filename: str, read: Manuscript) -> Sheet:
    return Sheet(
        filename=filename[:255],
        title=read.title,
        body=read.body,
        images=tuple(image for image, _ in read.images),
        hints=read.hints,
        warnings=tuple(one.message for one in read.notices if not one.asks),
        decisions=tuple(_decision(one) for one in read.notices if one.asks),
    )
