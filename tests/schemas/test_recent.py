"""What is remembered is bounded, and what is used stays."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from schemas.recent import Recent


def test_what_was_used_last_stays_and_to_ask_for_it_is_a_use() -> None:
    kept: Recent[str, int] = Recent(2)
    assert [kept.put(key, at) for at, key in enumerate("aba")] == [0, 1, 2]
    assert (kept.get("b"), kept.get("a"), kept.get("c")) == (1, 2, None)
    kept.put("c", 3)
    assert [key in kept for key in "abc"] == [True, False, True]


def test_to_look_whether_it_is_there_is_no_use() -> None:
    kept: Recent[str, int] = Recent(2)
    for at, key in enumerate("ab"):
        kept.put(key, at)
    assert "a" in kept
    kept.put("c", 2)
    assert "a" not in kept


def test_what_became_heavier_is_put_again_and_others_make_room() -> None:
    kept: Recent[str, list[str]] = Recent(4, len)
    grows = kept.put("a", ["x"])
    kept.put("b", ["x", "x"])
    grows += ["y", "z"]
    kept.put("a", grows)
    assert (kept.get("b"), kept.get("a")) == (None, ["x", "y", "z"])


def test_what_is_heavier_than_all_is_returned_and_not_remembered() -> None:
    kept: Recent[str, str] = Recent(3, len)
    kept.put("a", "xy")
    assert kept.put("b", "wxyz") == "wxyz"
    assert [key in kept for key in "ab"] == [False, False]
    kept.put("c", "xyz")
    assert "c" in kept


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6))))
def test_it_is_never_heavier_than_it_may_be_and_forgets_no_more_than_it_must(steps: list[tuple[int, int]]) -> None:
    kept: Recent[int, int] = Recent(10, lambda weight: weight)
    order: dict[int, int] = {}  # the same, slowly
    for key, weight in steps:
        kept.put(key, weight)
        order.pop(key, None)
        order[key] = weight
        while sum(order.values()) > 10:
            del order[next(iter(order))]
        assert {key for key in range(6) if key in kept} == set(order)


def test_threads_do_not_disturb_one_another() -> None:
    kept: Recent[int, int] = Recent(8)

    def use(start: int) -> bool:
        return all(
            kept.put(at % 24, at % 24) == at % 24 and kept.get(at % 23) in {None, at % 23}
            for at in range(start, start + 5_000)
        )

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(use, range(4)))
    assert sum(key in kept for key in range(24)) == 8
