import json
from pathlib import Path

import pytest

from hub.log.verify import verify_directory
from schemas import canonical
from schemas.entry import EntryType
from tests.log import generated


@pytest.mark.parametrize("size", [1, 2, 257, 3000])
def test_what_is_generated_is_a_lawful_log(tmp_path: Path, size: int) -> None:
    policy = generated.write(tmp_path, size)
    report = verify_directory(tmp_path, policy=policy)
    assert (report.ok, report.findings, report.entries_checked) == (True, (), size)


def test_a_flipped_byte_of_it_is_refused(tmp_path: Path) -> None:
    policy = generated.write(tmp_path, 600)
    path = tmp_path / "tile/entries/001"
    true = path.read_bytes()
    for at in range(3, len(true), len(true) // 40):
        path.write_bytes(true[:at] + bytes([true[at] ^ 1]) + true[at + 1 :])
        assert not verify_directory(tmp_path, policy=policy).ok, at


def test_any_stretch_of_it_is_the_same_stretch_of_the_whole() -> None:
    log = generated.Generated(200)
    whole = list(log.entries(0, 200))
    stretches = [(0, 1), (0, 40), (1, 2), (1, 30), (31, 32), (77, 200), (5, 5), (0, 0)]
    assert [list(log.entries(*one)) for one in stretches] == [whole[start:stop] for start, stop in stretches]


def test_it_tells_of_every_ordinary_act_in_the_hubs_own_shapes() -> None:
    told = [json.loads(entry) for entry in generated.Generated(300).entries(0, 300)]
    by_hand = {EntryType.DELIVERY_CHANGED, EntryType.CHANNEL_CHANGED, EntryType.OFFICE_CHANGED}
    lent = {EntryType.DELEGATION_GIVEN, EntryType.DELEGATION_REVOKED}
    afterwards = {
        one
        for one in EntryType
        if one.startswith(("standing.", "withdrawal.", "dispatch.", "publication.", "loss.", "backfile."))
    }
    besides = {EntryType.RELEASE_DERIVED, EntryType.RELEASE_COUNTERSIGNED}
    unusual = {EntryType.PERSON_ADDED, EntryType.PERSON_CHANGED, *lent, *by_hand, *afterwards, *besides}
    assert {one["t"] for one in told} == set(EntryType) - unusual
    assert [canonical.encode(one) for one in told] == list(generated.Generated(300).entries(0, 300))
