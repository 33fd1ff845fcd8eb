import pytest

from hub.intake import plain, recognise
from hub.intake.elements import Part
from schemas.draft import Hint


def hints(*lines: str) -> dict[str, Hint]:
    return recognise.recognise(["关于某事的通知", "各单位：", *lines, "天津市规划和自然资源局", "2026年11月1日"]).hints


@pytest.mark.parametrize(
    ("line", "effective", "expires", "sure"),
    [
        ("本通知自2026年12月1日起施行，有效期5年。", "2026-12-01", "2031-11-30", False),
        ("本办法自2027年1月1日起正式施行，有效期至2031年12月31日。", "2027-01-01", "2031-12-31", True),
        ("本办法自二〇二七年二月二十九日起施行。", None, None, True),
        ("本通知自印发之日起施行，有效期五年。", "2026-11-01", "2031-10-31", False),
        ("本通知自2024年2月29日起实施，有效期为十二个月。", "2024-02-29", "2025-02-27", False),
        ("有效期两年。", None, None, True),
        ("本通知有效期为2年。", None, "2028-10-31", False),
        ("《办法》自2020年1月1日起施行。", None, None, True),
        ("自2020年起施行。", None, None, True),
    ],
)
def test_terms_are_read_off_their_sentence(
    line: str,
    effective: str | None,
    expires: str | None,
    *,
    sure: bool,
) -> None:
    found = hints(line)
    assert (found["effective_on"].value if "effective_on" in found else None) == effective
    assert (found["expires_on"].value if "expires_on" in found else None) == expires
    if expires:
        assert found["expires_on"].sure is sure
        assert found["expires_on"].sentence == line


def test_only_the_sentence_is_quoted() -> None:
    found = hints("请遵照执行。本通知自2026年12月1日起施行。联系人：甲。")
    assert found["effective_on"].sentence == "本通知自2026年12月1日起施行。"


def test_from_the_day_of_release_no_date_follows() -> None:
    found = recognise.recognise(["关于某事的通知", "本办法自公布之日起施行，有效期5年。", "2026年11月1日"])
    assert not {"effective_on", "expires_on"} & set(found.hints)
    assert [one.code.value for one in found.notices] == ["effective_on_release"]


def test_thirty_days_after_printing_is_no_date_of_ours() -> None:
    assert "effective_on" not in hints("本办法自印发之日起30日后施行。")


def test_every_hint_says_where_it_was_read_and_how_sure_it_is() -> None:
    text = (
        "津规资发[2026]3号\n\n关于某事的通知\n\n各单位:\n\n正文。\n\n天津市规划和自然资源局\n2026年11月1日\n\n（此件主动公开）\n\n"
        "局办公室 2026年11月3日印发"
    )
    read = plain.read(text).hints
    assert {name: (hint.value, hint.sure) for name, hint in read.items()} == {
        "doc_no": ("津规资发〔2026〕3号", False),
        "addressees": ("各单位", False),
        "issuer": ("天津市规划和自然资源局", True),
        "signed_on": ("2026-11-01", True),
        "note": ("此件主动公开", True),
        "printed_on": ("2026-11-03", True),
    }
    assert all(hint.sentence for hint in read.values())


def test_a_title_that_the_format_named_is_not_printed_twice() -> None:
    found = recognise.recognise(["关于某事的 通知", "各单位：", "正文。"], "关于某事的通知")
    assert found.parts[0] is Part.TITLE
    assert [one.code.value for one in found.notices] == ["dropped_title"]
