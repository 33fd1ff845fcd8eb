import importlib.resources
import re
import tomllib

from hub.intake import convert, plain, sanitise
from schemas.release import Disclosure, Document, Kind, Metadata, Role

TITLE = "天津市规划资源局关于印发2020年政务公开工作要点的通知"
#: Names of documents are quoted, not copied.
NAMES = re.compile(r"《[^》]{1,40}》|政府信息公开工作年度报告")


def sample(name: str) -> bytes:
    return importlib.resources.files("hub.samples").joinpath(name).read_bytes()


def metadata() -> Metadata:
    return Metadata.model_validate(tomllib.loads(sample("notice-253.toml").decode()))


async def test_the_notice_comes_out_whole_and_recognised() -> None:
    read = await convert.convert("notice-253.txt", sample("notice-253.txt"))
    assert read.title == TITLE
    assert [one.code for one in read.notices] == ["dropped_doc_no"]
    assert read.recognised == {
        "doc_no": "津规资办发〔2020〕253号",
        "signed_on": "2020-09-18",
        "addressees": "局属各单位、机关各处室",
        "note": "此件主动公开",
    }
    assert (read.body.count("<h2>"), read.body.count("<h3>")) == (6, 17)
    assert '<p class="signature">2020年9月18日</p>' in read.body
    assert '<p class="doc-title">市规划资源局2020年政务公开工作要点</p>' in read.body


async def test_no_word_of_the_notice_is_lost() -> None:
    source = sample("notice-253.txt").decode()
    read = await convert.convert("notice-253.txt", source.encode())
    words = "".join(re.sub(r"<[^>]*>", "", read.body).split())
    assert TITLE + read.recognised["doc_no"] + words == "".join(source.split())


def test_the_aggregators_half_width_copy_is_restored_to_the_original() -> None:
    source = sample("notice-253.txt").decode()
    copied = source.translate(str.maketrans("，：（）", ",:()"))
    assert plain.read(copied, restore=True) == plain.read(source)


def test_the_metadata_fits_and_agrees_with_the_text() -> None:
    facts = metadata()
    read = plain.read(sample("notice-253.txt").decode())
    assert (facts.kind, facts.disclosure, facts.title) == (Kind.POLICY, Disclosure.OPEN, read.title)
    assert facts.index_no == "11120000MB1909339E/2020-00253"
    stated = facts.model_dump(mode="json")
    assert {name: stated[name] for name in read.recognised} == read.recognised


async def test_the_interpretation_fits_a_document_and_has_the_required_parts() -> None:
    read = await convert.convert("interpretation-253.md", sample("interpretation-253.md"))
    document = Document(role=Role.INTERPRETATION, number=1, title=read.title, body=read.body)
    assert sanitise.sanitise(document.body) == document.body
    assert read.warnings == ()
    for heading in ("背景依据", "执行标准和范围", "惠企利民举措", "新旧政策差异", "注意事项"):
        assert f"<h2>{heading}</h2>" in read.body
    assert read.body.count("<table>") == 1
    assert 900 <= len("".join(re.sub(r"<[^>]*>", "", read.body).split())) <= 1500


def test_the_interpretation_copies_no_sentence_of_the_notice() -> None:
    notice = NAMES.sub("", sample("notice-253.txt").decode())
    words = NAMES.sub("\n", sample("interpretation-253.md").decode())
    longest = max(
        (words[at : at + size] for at in range(len(words)) for size in range(1, 26) if words[at : at + size] in notice),
        key=len,
    )
    assert len(longest) < 25, longest
