"""The whole corpus: each file gives its text or a sentence in Chinese, in its time, and leaves nothing behind.

By default most are read by the child's own code in this process and a few by real children; `CORPUS=all` sends
every file through a child and watches processes, time and memory (about a minute).
"""

import asyncio
import ctypes
import gc
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from hub.intake import child, convert, errors, manuscript, sanitise, sniff
from hub.intake.errors import Code, IntakeError
from hub.intake.manuscript import Manuscript
from tests.intake import corpus
from tests.intake.bent import REFUSED, Case

#: Through a real child also by default: what only its bounds or its death can answer.
CHILDREN = frozenset(("deep", "a picture bomb", "wrong checksum", "WPS"))
WHOLE = os.environ.get("CORPUS") == "all"


def judged(case: Case, read: Manuscript | IntakeError) -> list[str]:
    """What is wrong with this answer."""
    if isinstance(read, IntakeError):
        told = read.message.endswith("。") and any("\u4e00" <= letter <= "\u9fff" for letter in read.message)
        wrong = [f"refused: {read.code}"] if read.code not in case.codes else []
        return wrong + ([] if told else [f"told: {read.message}"])
    wrong = ["was read"] if case.codes and case.codes != REFUSED else []
    wrong += [f"lacks {case.holds}"] if case.holds not in read.body else []
    wrong += [f"holds {case.lacks}"] if case.lacks and case.lacks in read.body else []
    return wrong + (["is not clean"] if sanitise.sanitise(read.body) != read.body else [])


def in_process(case: Case) -> Manuscript | IntakeError:
    try:
        if not case.data:
            return IntakeError(Code.EMPTY)
        if len(case.data) > convert.MAX_BYTES:
            return IntakeError(Code.TOO_LARGE)
        form = sniff.sniff(case.filename, case.data)
    except IntakeError as error:
        return error
    answer = json.loads(child._answer(form, case.data, frozenset()))
    if "code" in answer:
        return IntakeError(errors.Code(answer["code"]), answer["message"])
    return manuscript.unpack(answer)


async def through_a_child(case: Case) -> tuple[Manuscript | IntakeError, float]:
    started = time.perf_counter()
    try:
        read: Manuscript | IntakeError = await convert.convert(case.filename, case.data)
    except IntakeError as error:
        read = error
    return read, time.perf_counter() - started


def kept() -> int:
    """The memory that this process holds, in bytes, after what is free was given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(psutil.Process().memory_info().rss)


def cases() -> Iterator[Case]:
    for maker in corpus.MAKERS:
        yield from maker()


@pytest.mark.parametrize("maker", corpus.MAKERS, ids=lambda maker: maker.__name__)
def test_every_file_gives_its_text_or_a_sentence(maker: corpus.Maker) -> None:
    wrong = {}
    for case in maker():
        if case.name in CHILDREN or case.heavy:
            continue
        started = time.perf_counter()
        found = judged(case, in_process(case))
        took = time.perf_counter() - started
        if found or took > child.CPU_SECONDS / 2:
            wrong[case.name] = (found, took)
    assert wrong == {}


async def test_what_needs_the_childs_bounds_is_answered_through_one() -> None:
    chosen = [case for case in cases() if case.name in CHILDREN]
    assert len(chosen) == len(CHILDREN)
    answers = await asyncio.gather(*(through_a_child(case) for case in chosen))
    assert {
        case.name: wrong for case, (read, _) in zip(chosen, answers, strict=True) if (wrong := judged(case, read))
    } == {}


def test_no_name_in_an_archive_leads_out_of_it() -> None:
    case = next(case for case in corpus.archives() if case.name == "paths that climb")
    assert judged(case, in_process(case)) == []
    assert not Path("/tmp/gongbu-was-here").exists()


@pytest.mark.skipif(not WHOLE, reason="the whole corpus through real children takes a minute: CORPUS=all")
@pytest.mark.timeout(600)
async def test_the_whole_corpus_leaves_no_process_and_no_memory_behind() -> None:
    wrong: dict[str, object] = {}
    slowest = ("", 0.0)
    before = kept()
    for case in cases():
        read, took = await through_a_child(case)
        slowest = max(slowest, (case.name, took), key=lambda one: one[1])
        if found := judged(case, read):
            wrong[case.name] = found
        if took > convert.WALL_SECONDS + 1:
            wrong[case.name] = f"{took:.1f} s"
    assert wrong == {}
    assert [
        one for one in psutil.Process().children(recursive=True) if "hub.intake.child" in " ".join(one.cmdline())
    ] == []
    grown = (kept() - before) / 2**20
    assert grown < 100, f"{grown:.0f} MiB"
    print(f"slowest: {slowest[0]}, {slowest[1]:.1f} s; {grown:.0f} MiB more than before")  # noqa: T201
