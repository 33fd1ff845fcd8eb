"""What a kind has of its own, read off texts as bureaus write them; nothing is read off others."""

import pytest

from hub.intake import particulars


@pytest.mark.parametrize(
    ("title", "lines", "read"),
    [
        (
            "关于《地名管理办法（征求意见稿）》公开征求意见的公告",
            [
                "现向社会公开征求意见。有关单位和个人可于2026年12月20日前，通过以下方式反馈意见：",
                "1.电子邮箱：ghj_yj@tj.gov.cn",
                "2.通信地址：天津市和平区某路1号，邮编300000。",
            ],
            {
                "closes_on": "2026-12-20",
                "feedback_email": "ghj_yj@tj.gov.cn",
                "feedback_post": "天津市和平区某路1号，邮编300000",
            },
        ),
        (
            "关于规划草案公开征求意见的公告",
            ["意见反馈截止时间为2026年12月31日。", "草案于2026年11月1日经局长办公会议审议通过。"],
            {"closes_on": "2026-12-31"},
        ),
        (
            "2026年第12次局长办公会议情况",
            ["2026年11月2日，局长主持召开2026年第12次局长办公会议。"],
            {"held_on": "2026-11-02", "session": "2026年第12次局长办公会议"},
        ),
        ("天津市规划和自然资源局2026年政府信息公开工作年度报告", [], {"report_year": "2026"}),
        ("天津市规划和自然资源局权责清单（2026年版）", [], {"list_version": "2026年版"}),
        ("关于印发管理办法的通知", ["请于2026年12月20日前反馈意见至 a@tj.gov.cn。"], {}),
    ],
)
def test_what_is_written_is_suggested(title: str, lines: list[str], read: dict[str, str]) -> None:
    assert {name: hint.value for name, hint in particulars.read(title, lines).items()} == read
