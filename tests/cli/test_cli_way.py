"""A release's whole way by commands, and a person's hand on what does not arrive."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub import samples
from hub.cli import publish, status
from schemas.circuit import Circuit
from schemas.delivery import Action, Delivery, DeliveryState, Reaction, Step, Trouble
from schemas.person import Duty
from schemas.words import word
from tests.cli.conftest import Gongbu

NOW = datetime(2026, 11, 26, tzinfo=UTC)
SAMPLES = Path(samples.__file__).parent
FILES = [str(SAMPLES / name) for name in ("notice-253.txt", "interpretation-253.md")]
REVIEWS = (("first", Duty.FIRST_REVIEWER), ("second", Duty.SECOND_REVIEWER), ("secrecy", Duty.SECRECY_REVIEWER))
S = DeliveryState


async def hire(gongbu: Gongbu) -> None:
    staff = [("editor", Duty.EDITOR), *REVIEWS, ("final", Duty.SIGNER), ("publisher", Duty.PUBLISHER)]
    for login, duty in staff:
        added = await gongbu("user", "add", login, "--name", login, "--unit", "办公室", "--duty", word(duty))
        assert added.code == 0, added.said


@pytest.mark.usefixtures("stored")
async def test_the_whole_way_by_commands(gongbu: Gongbu) -> None:
    await hire(gongbu)
    given = await gongbu("import", *FILES, "--metadata", str(SAMPLES / "notice-253.toml"), "--as", "editor")
    release = str(given.json["release"])
    assert (await gongbu("checks", release)).code == 0
    assert (await gongbu("submit", release, "--as", "editor")).json["edition"] == 1
    own = await gongbu("review", release, "first", "approve", "--as", "editor")
    assert own.code == 1
    assert "(forbidden)" in own.said
    for level in ("first", "second", "secrecy", "final"):
        told = await gongbu("review", release, level, "approve", "--as", level, "--note", "同意", "--edition", "1")
        assert told.code == 0, told.said
    assert "待发布" in told.said
    unknown = await gongbu("publish", release, "--as", "publisher", "--channel", "nosuch")
    assert (unknown.code, "(no_channel)" in unknown.said) == (1, True)
    waited = await gongbu("publish", release, "--as", "publisher", "--channel", "rss", "--wait", "--timeout", "1")
    assert waited.code == 1
    assert "rss  发布  等待投递" in waited.said
    assert "1 秒没有进展：rss" in waited.said
    await steer(gongbu, release)


async def steer(gongbu: Gongbu, release: str) -> None:
    """No worker runs, so the one delivery stays in our hands."""
    [one] = (await gongbu("status", release, "--json")).json["deliveries"]
    number = str(one["id"])
    assert (one["channel"], one["state"], one["edition"]) == ("rss", "waiting", 1)
    paused = await gongbu("channel", "pause", "rss", "--why", "演练")
    assert paused.code == 0, paused.said
    shown = await gongbu("status", release)
    assert "渠道已暂停（演练）" in shown.out
    assert "已暂停" in (await gongbu("channel", "list")).out
    assert (await gongbu("channel", "resume", "rss")).code == 0
    [health] = [c["health"] for c in (await gongbu("channel", "list", "--json")).json if c["name"] == "rss"]
    assert health["paused_at"] is None
    late = await gongbu("delivery", "postpone", number, "--at", "2020-01-01T09:00", "--as", "publisher")
    assert (late.code, "(too_late)" in late.said) == (1, True)
    assert (await gongbu("delivery", "postpone", number, "--at", "2099-01-01T09:00", "--as", "publisher")).code == 0
    assert "2099-01-01T08:50" in (await gongbu("status", release)).out
    assert (await gongbu("delivery", "retry", number, "--as", "publisher")).code == 0
    settled = await gongbu("delivery", "settle", number, "--as", "publisher", "--evidence", "后台没有", "--not-sent")
    assert (settled.code, "(state)" in settled.said) == (1, True)
    unsure = await gongbu("delivery", "settle", number, "--as", "publisher", "--evidence", "x")
    assert unsure.code == 2
    await refused(gongbu, number)
    assert (await gongbu("delivery", "cancel", number, "--as", "publisher", "--why", "不发了")).code == 0
    assert "已取消" in (await gongbu("status", release)).out


async def refused(gongbu: Gongbu, number: str) -> None:
    """A delivery that nobody has to carry has no package, and none was handed in."""
    none = await gongbu("delivery", "package", number, "--as", "publisher")
    assert (none.code, "(not_found)" in none.said) == (1, True)
    told = await gongbu("delivery", "handed", number, "--as", "publisher", "--address", "https://a.cn/1")
    assert (told.code, "没有交给人员办理" in told.said) == (2, True)


@pytest.mark.usefixtures("stored")
async def test_accounts_by_commands(gongbu: Gongbu) -> None:
    bad = await gongbu("user", "add", "Bian", "--name", "n", "--unit", "u", "--duty", "editor")
    assert (bad.code, "账号名：应为 2 至 32 位" in bad.said) == (2, True)
    unknown = await gongbu("user", "add", "bian", "--name", "n", "--unit", "u", "--duty", "皇帝")
    assert (unknown.code, "没有“皇帝”这项职责" in unknown.said) == (2, True)
    await gongbu("user", "add", "bian", "--name", "王编辑", "--unit", "办公室", "--duty", "编辑")
    await gongbu("user", "disable", "bian")
    assert "已停用" in (await gongbu("user", "list")).out
    await gongbu("user", "enable", "bian")
    await gongbu("user", "duties", "bian", "--duty", "初审人", "--duty", "auditor")
    [person] = (await gongbu("user", "list", "--json")).json
    assert (person["disabled_at"], person["duties"]) == (None, ["auditor", "first_reviewer"])
    assert (await gongbu("user", "enable", "nobody")).code == 1


@pytest.mark.usefixtures("stored")
async def test_the_ways_in_by_commands(gongbu: Gongbu) -> None:
    await gongbu("user", "add", "bian", "--name", "王编辑", "--unit", "办公室", "--duty", "编辑")
    weak = await gongbu("user", "passwd", "bian", "--password", "bian12345678")
    assert (weak.code, "容易被猜到" in weak.said) == (2, True)
    assert (await gongbu("user", "passwd", "bian", "--password", "correct horse battery")).code == 0
    for act in ("unlock", "reset-factors", "unbind"):
        assert (await gongbu("user", act, "bian")).code == 0
        assert (await gongbu("user", act, "nobody")).code == 1
    assert "已结束 0 个登录" in (await gongbu("user", "sign-out", "bian")).said
    assert (await gongbu("user", "sign-out", "--everybody")).code == 0
    for words in ((), ("bian", "--everybody")):
        assert (await gongbu("user", "sign-out", *words)).code == 2


@pytest.mark.usefixtures("stored")
async def test_what_is_not_there_is_not_found(gongbu: Gongbu) -> None:
    for words in (("status", "7"), ("checks", "7"), ("delivery", "retry", "7", "--as", "nobody")):
        told = await gongbu(*words)
        assert (told.code, told.out, "(not_found)" in told.said) == (1, "", True)


def delivery(number: int = 1, state: DeliveryState = S.WAITING, **more: object) -> Delivery:
    values: dict[str, object] = {
        "id": number,
        "release": 1001,
        "edition": 1,
        "digest": "0" * 64,
        "channel": "w",
        "action": Action.PUBLISH,
        "state": state,
        "step": Step.PREPARE,
        "planned_at": NOW,
        "due_at": NOW,
    }
    return Delivery.model_validate(values | more)


TROUBLE = Trouble(reaction=Reaction.RETRY, code="no_answer", detail="没有应答")
LATER = NOW + timedelta(minutes=5)


def cases() -> Iterator[tuple[Delivery, Circuit | None, status.Wait]]:
    told = "没有应答（no_answer）"
    yield delivery(), None, status.Wait()
    yield delivery(due_at=LATER, trouble=TROUBLE), None, status.Wait(told, LATER)
    yield delivery(state=S.HELD, trouble=TROUBLE), None, status.Wait(told, is_persons=True)
    yield delivery(state=S.FAILED, trouble=TROUBLE), None, status.Wait(told, is_persons=True)
    yield delivery(state=S.VISIBLE, trouble=TROUBLE), None, status.Wait()
    shut = Circuit(channel="w", probe_at=LATER, trouble=TROUBLE)
    yield delivery(), shut, status.Wait("没有应答", LATER)
    yield (
        delivery(),
        Circuit(channel="w", paused_at=NOW, paused_why="演练"),
        status.Wait("渠道已暂停（演练）", None, True),
    )


@pytest.mark.parametrize(("one", "circuit", "wait"), list(cases()))
def test_why_and_until_when_a_delivery_waits(one: Delivery, circuit: Circuit | None, wait: status.Wait) -> None:
    assert status.waiting(one, [one], circuit, NOW) == wait


def test_a_delivery_behind_another_says_so() -> None:
    first, second = delivery(1, S.HELD), delivery(2)
    assert status.waiting(second, [first, second], None, NOW).why == "排在投递 1 之后"


def test_watching_ends_with_what_needs_a_person_or_stands_still() -> None:
    said: list[str] = []
    progress = publish.Progress(300, said.append)
    progress.look([delivery(1), delivery(2, S.HELD)], monotonic=0, now=NOW)
    assert not progress.is_over
    again = delivery(1, trouble=TROUBLE)
    progress.look([again, delivery(2, S.HELD)], monotonic=299, now=NOW + timedelta(seconds=299))
    assert not progress.is_over
    progress.look([again, delivery(2, S.HELD)], monotonic=301, now=NOW + timedelta(seconds=301))
    assert (progress.is_over, progress.conclude()) == (True, 1)
    assert [line for line in said if "没有应答" in line] == ["w  发布  等待投递：没有应答"]


def test_a_planned_time_is_waited_for() -> None:
    progress = publish.Progress(300, lambda _line: None)
    planned = delivery(planned_at=NOW + timedelta(days=1))
    progress.look([planned], monotonic=0, now=NOW)
    progress.look([planned], monotonic=80_000, now=NOW + timedelta(seconds=80_000))
    assert not progress.is_over


def test_what_is_done_ends_well() -> None:
    progress = publish.Progress(300, lambda _line: None)
    progress.look([delivery(state=S.VISIBLE)], monotonic=0, now=NOW)
    assert (progress.is_over, progress.conclude()) == (True, 0)
