"""Every act of a person, as a row of the matrix of duty × act × state."""

from collections.abc import Awaitable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hub.commands import (
    arriving,
    attaching,
    autosaving,
    backfiling,
    backfiling_sheets,
    cleaning,
    commenting,
    countersigning,
    delegating,
    dispatching,
    drafting,
    interpreting,
    mending,
    numbering,
    offices,
    people,
    publishing,
    redacting,
    rereviewing,
    reviewing,
    second_factors,
    sessions,
    single_sign_on,
    standing,
    steering,
    tokens,
    units,
    watching,
    writing,
)
from hub.commands.act import Hub
from schemas.backfile import Opinion
from schemas.comment import Answer, Remark
from schemas.derivation import Blackout, Redaction
from schemas.draft import Text
from schemas.errors import ErrorCode
from schemas.grounds import GROUNDS
from schemas.office import Appointment, Contact, Part, Phrase, Unit
from schemas.person import LEVEL_DUTY, Duty, Person
from schemas.release import Disclosure, ReleaseState
from schemas.review import Decision, Level
from schemas.rulebook import Rulebook
from schemas.urgency import Verdict
from tests import making
from tests.commands.act import Act, Do, Scene, draft, lost, of, offer, on_release, once, picture

#: A file that the hub reads.
NOTE = ("来稿.txt", "关于来稿的通知\n\n一、为了测试。\n".encode())
CODED = Rulebook(bureau_code="11120000MB1909339E")
BODY = Text(body="<p>一、为了测试，改过。</p>")
INTERPRETATIONS = ("interpretation-1", "interpretation-2")
EDITOR, PUBLISHER, ADMINISTRATOR = Duty.EDITOR, Duty.PUBLISHER, Duty.ADMINISTRATOR
READERS = (EDITOR, *LEVEL_DUTY.values())


def _writing() -> Iterator[Act]:
    metadata = making.metadata(title="改过的标题")
    policy = making.documents()[0]
    yield once("drafting.create", EDITOR, do=lambda h, p, _, __: drafting.create(h, p, metadata))
    yield once("arriving.receive", EDITOR, do=lambda h, p, _, __: arriving.receive(h, p, [NOTE]))
    yield once("arriving.create", EDITOR, do=lambda h, p, s, _: arriving.create(h, p, s.arrival, metadata, policy=0))
    yield once("arriving.drop", EDITOR, do=lambda h, p, s, _: arriving.drop(h, p, s.arrival))
    # Files are read by a child process: once each is enough.
    read, take = writing.import_file, autosaving.take_file
    yield once("writing.import_file", EDITOR, do=lambda h, p, s, _: read(h, p, draft(s), "policy", NOTE))
    paste, bring = autosaving.paste, autosaving.bring_image
    yield once("autosaving.paste", EDITOR, do=lambda h, p, s, _: paste(h, p, draft(s), "policy", "<p>粘贴</p>"))
    yield once("autosaving.bring_image", EDITOR, do=lambda h, p, s, _: bring(h, p, draft(s), "policy", picture(s)))
    yield once("autosaving.take_file", EDITOR, do=lambda h, p, s, _: take(h, p, draft(s), "policy", NOTE))
    on: dict[str, Do] = {
        "drafting.edit": lambda h, p, _, r: drafting.edit(h, p, r, metadata),
        "drafting.put_document": lambda h, p, _, r: drafting.put_document(h, p, r, policy),
        "drafting.revise": lambda h, p, _, r: drafting.revise(h, p, r, "policy", lambda _: policy),
        "interpreting.remove_document": lambda h, p, _, r: interpreting.remove_document(h, p, r, "interpretation-1"),
        "interpreting.swap_documents": lambda h, p, _, r: interpreting.swap_documents(h, p, r, *INTERPRETATIONS),
        "drafting.reopen": lambda h, p, _, r: drafting.reopen(h, p, r),
        "writing.write": lambda h, p, _, r: writing.write(h, p, r, "policy", BODY),
        "attaching.attach": lambda h, p, s, r: attaching.attach(h, p, r, "policy", [picture(s)]),
        "attaching.rename_attachment": lambda h, p, _, r: attaching.rename_attachment(
            h, p, r, "policy", "附图.png", "新"
        ),
        "attaching.remove_attachment": lambda h, p, _, r: attaching.remove_attachment(h, p, r, "policy", "附图.png"),
        "interpreting.add": lambda h, p, _, r: interpreting.add(h, p, r),
        "mending.mend": lambda h, p, _, r: mending.mend(h, p, r, "none", name="policy", text=None, seen=None),
        "cleaning.clean": lambda h, p, _, r: cleaning.clean(h, p, r, "policy", "0" * 64),
        "numbering.give": lambda h, p, _, r: numbering.give(replace(h, rules=CODED), p, r),
        "autosaving.keep": lambda h, p, _, r: autosaving.keep(h, p, r, "policy", BODY, base=""),
        "autosaving.drop": lambda h, p, _, r: autosaving.drop(h, p, r, "policy"),
        "reviewing.submit": lambda h, p, _, r: reviewing.submit(h, p, r),
    }
    for name, do in on.items():
        yield on_release(name, EDITOR, do=do)


def _review(level: Level, decision: Decision) -> Act:
    async def do(hub: Hub, person: Person, scene: Scene, release: int) -> object:
        target = scene.levels[level] if release == scene.releases[ReleaseState.IN_REVIEW] else release
        return await reviewing.review(hub, person, target, level, decision, note="意见")

    return on_release(f"reviewing.review {level} {decision}", LEVEL_DUTY[level], do=do, looks_first=True)


def _lending(duty: Duty) -> Act:
    """What may not be lent is refused to its holder too, in other words."""
    return once(f"delegating.give {duty}", duty, do=lambda h, p, _, __: delegating.give(h, p, offer(duty)))


def _deciding() -> Iterator[Act]:
    yield from (_review(level, decision) for level in Level for decision in Decision)
    remark = Remark(document="policy", edition=1, quote="为了测试", words="请补充依据")
    add, answer = commenting.add, commenting.answer
    yield on_release("commenting.add", *READERS, do=lambda h, p, _, r: add(h, p, r, remark))
    yield once("commenting.answer", *READERS, do=lambda h, p, s, _: answer(h, p, of(s), s.comment, Answer(words="是")))
    yield once(
        "commenting.resolve",
        EDITOR,
        do=lambda h, p, s, _: commenting.resolve(h, p, of(s), s.comment, is_resolved=True),
    )
    sign = countersigning.countersign
    yield once(
        "countersigning.countersign first endorse",
        Duty.FIRST_REVIEWER,
        do=lambda h, p, s, _: sign(h, p, s.urgent, Level.FIRST, Verdict.ENDORSE, edition=1),
    )
    yield once(
        "countersigning.countersign second to_correct",
        Duty.SECOND_REVIEWER,
        do=lambda h, p, s, _: sign(h, p, s.urgent, Level.SECOND, Verdict.CORRECT, edition=1, note="有误"),
    )
    taken = Redaction(blackouts=(Blackout(words="测试", ground=GROUNDS[3]),))
    yield once("redacting.derive", EDITOR, do=lambda h, p, s, _: redacting.derive(h, p, s.closed, taken))
    yield from map(_lending, Duty)
    yield once(
        "delegating.revoke",
        ADMINISTRATOR,
        do=lambda h, p, s, _: delegating.revoke(h, p, s.delegation),
        others=ErrorCode.NOT_FOUND,
    )


def _publishing() -> Iterator[Act]:
    yield on_release("publishing.publish", PUBLISHER, do=lambda h, p, _, r: publishing.publish(h, p, r))
    yield on_release(
        "standing.propose", EDITOR, PUBLISHER, do=lambda h, p, _, r: standing.propose(h, p, r, making.proposal())
    )
    yield once("standing.confirm", Duty.SIGNER, do=lambda h, p, s, _: standing.confirm(h, p, s.standing))
    yield once("standing.decline", Duty.SIGNER, do=lambda h, p, s, _: standing.decline(h, p, s.standing, note="不妥"))
    later = datetime.now(UTC) + timedelta(days=1)
    on: dict[str, Do] = {
        "retry": lambda h, p, s, _: steering.retry(h, p, s.delivery),
        "cancel": lambda h, p, s, _: steering.cancel(h, p, s.delivery, why="不发了"),
        "postpone": lambda h, p, s, _: steering.postpone(h, p, s.delivery, later),
        "settle": lambda h, p, s, _: steering.settle(h, p, s.delivery, addresses=None, evidence="已查证"),
    }
    for name, do in on.items():
        yield once(f"steering.{name}", PUBLISHER, do=do)
    yield once(
        "dispatching.acknowledge", Duty.RECEIVER, do=lambda h, p, s, _: dispatching.acknowledge(h, p, s.dispatch)
    )
    yield on_release("dispatching.urge", PUBLISHER, do=lambda h, p, _, r: dispatching.urge(h, p, r))
    both = (PUBLISHER, ADMINISTRATOR)
    yield once("steering.pause", *both, do=lambda h, p, _, __: steering.pause(h, p, "rss", why="检修"))
    yield once("watching.look_again", *both, do=lambda h, p, s, _: watching.look_again(h, p, lost(s)))
    yield once("watching.note", *both, do=lambda h, p, s, _: watching.note(h, p, lost(s), "website", why="已申诉"))
    yield once("steering.resume", *both, do=lambda h, p, _, __: steering.resume(h, p, "rss"))


def _rereviewing() -> Iterator[Act]:
    sheet = ("清单.csv", "标题,责任处室,成文日期,有效性\n关于存量的通知,办公室,2012-03-05,有效\n".encode())
    note = ("说明.txt", b"text")
    opinion = Opinion(disclosure=Disclosure.OPEN, reason="已具备条件", secrecy_opinion="不涉密")
    yield once("backfiling_sheets.take", EDITOR, do=lambda h, p, _, __: backfiling_sheets.take(h, p, sheet))
    yield once("backfiling.bring", EDITOR, do=lambda h, p, _, __: backfiling.bring(h, p, [note]))
    yield once("backfiling.attach", EDITOR, do=lambda h, p, s, _: backfiling.attach(h, p, s.backfile, [note]))
    yield once("backfiling.detach", EDITOR, do=lambda h, p, s, _: backfiling.detach(h, p, s.opened, "关于存量.txt"))
    confirmers = (Duty.SIGNER, Duty.SECRECY_REVIEWER)
    yield once("backfiling.assign", *confirmers, do=lambda h, p, s, _: backfiling.assign(h, p, s.backfile, "办公室"))
    yield once("rereviewing.propose", EDITOR, do=lambda h, p, s, _: rereviewing.propose(h, p, s.backfile, opinion))
    yield once("rereviewing.confirm", *confirmers, do=lambda h, p, s, _: rereviewing.confirm(h, p, s.attribution))
    yield once(
        "rereviewing.decline",
        *confirmers,
        do=lambda h, p, s, _: rereviewing.decline(h, p, s.attribution, note="不妥"),
    )
    yield once("rereviewing.convert", EDITOR, do=lambda h, p, s, _: rereviewing.convert(h, p, s.opened))


def _administering() -> Iterator[Act]:
    login, password = "target", "correct horse battery"
    head = Appointment(part=Part.HEAD, name="张三", since=datetime(2026, 1, 1, tzinfo=UTC).date())

    def add(hub: Hub, person: Person, _: Scene, __: int) -> Awaitable[object]:
        return people.add(hub, person, login="another", name="李四", unit="办公室", duties=[EDITOR])

    on: dict[str, Do] = {
        "people.add": add,
        "people.set_password": lambda h, p, _, __: people.set_password(h, p, login, password),
        "people.unlock": lambda h, p, _, __: people.unlock(h, p, login),
        "people.disable": lambda h, p, _, __: people.disable(h, p, login),
        "people.enable": lambda h, p, _, __: people.enable(h, p, login),
        "people.set_duties": lambda h, p, _, __: people.set_duties(h, p, login, [PUBLISHER]),
        "people.move": lambda h, p, _, __: people.move(h, p, login, "规划处"),
        "tokens.issue": lambda h, p, _, __: tokens.issue(h, p, login, label="程序"),
        "tokens.revoke": lambda h, p, _, __: tokens.revoke(h, p, login, "0" * 16),
        "sessions.end_of": lambda h, p, _, __: sessions.end_of(h, p, login),
        "sessions.end_everything": lambda h, p, _, __: sessions.end_everything(h, p),
        "second_factors.reset": lambda h, p, _, __: second_factors.reset(h, p, login),
        "single_sign_on.unbind": lambda h, p, _, __: single_sign_on.unbind(h, p, login),
        "offices.put_unit": lambda h, p, _, __: offices.put_unit(h, p, Unit(name="办公室")),
        "units.appoint": lambda h, p, _, __: units.appoint(h, p, "规划处", head),
        "units.put_contact": lambda h, p, _, __: units.put_contact(h, p, "规划处", Contact(fax="1")),
        "units.ask": lambda h, p, _, __: units.ask(h, p, "规划处", login),
        "units.dismiss": lambda h, p, _, __: units.dismiss(h, p, "规划处", login),
        "offices.put_year": lambda h, p, _, __: offices.put_year(h, p, 2027, []),
        "offices.put_phrase": lambda h, p, _, __: offices.put_phrase(h, p, Phrase(wrong="帐号", correct="账号")),
        "offices.remove_phrase": lambda h, p, _, __: offices.remove_phrase(h, p, "帐号"),
        "offices.put_template": lambda h, p, _, __: offices.put_template(h, p, "interpretation", None),
    }
    for name, do in on.items():
        yield once(name, ADMINISTRATOR, do=do)


ACTS: tuple[Act, ...] = (*_writing(), *_deciding(), *_publishing(), *_rereviewing(), *_administering())

#: Acts on what is one's own, for which nobody needs a duty: what others have is not found.
OWN = frozenset(
    {
        "arriving.find",
        "passkeys.prove_options",
        "second_factors.owned",
        "sessions.check_own",
        "sessions.end",
        "sessions.listed",
        "tokens.listed",
        "reminding.find",
        "reminding.put",
        "units.act_for",
    }
)
