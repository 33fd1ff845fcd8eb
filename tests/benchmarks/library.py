"""A million index cards, straight into their table: made by the program's own rules, from words that come as often as
words do (a few everywhere, most hardly ever).
"""

import random
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

import asyncpg

from hub.core import cards as rules
from hub.store.cards import LEVELS, window
from schemas.card import Card, Validity
from schemas.release import Kind
from schemas.themes import THEMES

#: Characters of a text. Real ones have thousands, and a million of those would be 40 GB with their index; what a
#: question costs depends on how many cards a word stands in, not on how long each is.
LENGTH = 260
#: Words of the trade, the most frequent first; then made-up ones, thousands, rarer and rarer.
_TRADE = (
    "规划、土地、管理、工作、建设、办法、使用、自然资源、项目、单位、标准、审批、用地、国土空间、登记、不动产、征收、补偿、海域、"
    "测绘、矿产、地质、耕地、保护、生态、修复、城市、更新、建筑、工程、许可、监督、检查、执法、违法、处罚、信息公开、审查、论证、"
    "评估、公示、听证、规范、技术、设计、交通、绿化、管线、地下空间、历史文化、街区、风貌、村庄、宅基地、集体、租赁、出让、划拨、"
    "地价、基准、储备、收回、闲置、权属、争议、调解、仲裁、档案、数据、平台、系统、网络安全、应急、防灾、滑坡、沉降、海岸线、滩涂、"
    "湿地、林地、草原、种苗、防火、病虫害、古树、名木"
)
TRADE = tuple(_TRADE.split("、"))
GENRES = ("通知", "意见", "办法", "规定", "公告", "批复", "细则", "方案")
BUREAU = "天津市规划和自然资源局"
ISSUERS = (BUREAU, *(f"{BUREAU}{name}分局" for name in ("和平", "河东", "河西", "南开", "河北", "红桥")))
MADE_UP = 20_000
_KINDS = (Kind.NOTICE, Kind.POLICY, Kind.POLICY, Kind.NORMATIVE)
_VALID = (Validity.IN_FORCE,) * 17 + (Validity.AMENDED, Validity.REPEALED, Validity.EXPIRED)
#: From the first document to the last.
DAYS = 7_900
_START = datetime(2005, 1, 1, tzinfo=UTC)
_GINS = ("title_words", "words")
_COLUMNS = (
    *("id", "release_id", "number", "edition", "digest", "kind", "title", "policy", "doc_no", "issuer", "theme"),
    *("signed_on", "validity", "official_at", "seen_at", "order_no", "text", "title_words", "words"),
)
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


async def fill(connection: asyncpg.Connection, count: int) -> None:
    """Write so many cards into an empty table, and its indexes after them, as fast as a store can."""
    await connection.execute("SET maintenance_work_mem = '1GB'; SET synchronous_commit = off")
    for column in _GINS:
        await connection.execute(f"DROP INDEX ix_cards_{column}")
    await connection.copy_to_table("cards", source=_rows(count), columns=_COLUMNS)
    for column in _GINS:
        made = f"CREATE INDEX ix_cards_{column} ON cards USING gin ({column}) WITH (fastupdate = off)"
        await connection.execute(made)
    await connection.execute("SELECT setval(pg_get_serial_sequence('cards', 'id'), $1)", count)
    await connection.execute("VACUUM (ANALYZE) cards")


async def _rows(count: int) -> AsyncIterator[bytes]:
    batch: list[str] = []
    for place, card in enumerate(cards(count), start=1):
        batch.append(_row(place, card))
        if len(batch) == 1_000 or place == count:
            yield "".join(batch).encode()
            batch.clear()


def _row(place: int, card: Card) -> str:
    windows = {window(level, place) for level in LEVELS}
    head = rules.title_words(card) | windows
    values = (
        *(place, card.release, card.number, card.edition, card.digest, card.kind, card.title, card.policy),
        *(card.doc_no, card.issuer, card.theme, card.signed_on, card.validity, card.official_at, card.seen_at),
        *(rules.order_no(card.doc_no), card.text, _vector(head), _vector(rules.words(card) | windows)),
    )
    return "\t".join("\\N" if value is None else str(value).translate(_ESCAPED) for value in values) + "\n"


def _vector(lexemes: set[str]) -> str:
    return " ".join("'" + one.replace("\\", "\\\\") + "'" for one in lexemes)


def cards(count: int) -> Iterator[Card]:
    """So many cards, oldest first, the same each time."""
    dice = random.Random(5)  # noqa: S311 - nothing secret
    words = [*TRADE, *_made_up(dice)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    for place in range(1, count + 1):
        yield _card(place, count, dice, words, weights)


def _card(place: int, count: int, dice: random.Random, words: list[str], weights: list[float]) -> Card:
    subject = dice.choices(words, cum_weights=weights, k=3)
    title = f"关于{subject[0]}{subject[1]}{subject[2]}的{dice.choice(GENRES)}"
    signed_on = _signed(place, count)
    at = datetime.combine(signed_on, datetime.min.time(), UTC) + timedelta(seconds=place % 80_000)
    is_reading = place % 5 == 0
    return Card.model_construct(
        release=place,
        number=1 if is_reading else 0,
        edition=1,
        digest=f"{place:064x}",
        kind=dice.choice(_KINDS),
        title=title,
        policy=title,
        doc_no=None if is_reading else _number(signed_on, place),
        index_no=None,
        issuer=dice.choice(ISSUERS),
        theme=dice.choice(THEMES),
        signed_on=signed_on,
        effective_on=None,
        expires_on=None,
        validity=dice.choice(_VALID),
        turns_on=None,
        standing=None,
        standing_on=None,
        successor=None,
        official_at=at,
        seen_at=at,
        text=_text(dice, words, weights),
    )


def _text(dice: random.Random, words: list[str], weights: list[float]) -> str:
    sentences, size = [], 0
    while size < LENGTH:
        sentence = "".join(dice.choices(words, cum_weights=weights, k=dice.randint(4, 12)))
        sentences.append(sentence)
        size += len(sentence)
    return "各区局、各单位：\n" + "。\n".join(sentences) + "。"


def _made_up(dice: random.Random) -> Iterator[str]:
    """Words of two to four characters out of the three thousand that follow 一 in the character set's first plane."""
    letters = [chr(0x4E00 + dice.randrange(0x51A5)) for _ in range(3_000)]
    for _ in range(MADE_UP):
        yield "".join(dice.choices(letters, k=dice.choice((2, 2, 2, 3, 4))))


def number(count: int, place: int) -> str:
    """The 发文字号 of the policy at this place, among so many."""
    place -= place % 5 == 0
    return _number(_signed(place, count), place)


def _number(signed_on: date, place: int) -> str:
    return f"津规资发〔{signed_on.year}〕{place}号"


def _signed(place: int, count: int) -> date:
    return _START.date() + timedelta(days=place * DAYS // count)
