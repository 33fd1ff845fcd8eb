import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given
from hypothesis import strategies as st

from hub.log import keys, note

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
TEXT = "This is an example message.\n"
SIGNATURE = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
NOTE = f"{TEXT}\n— example.com/foo {SIGNATURE}\n".encode()
OTHER = note.Signer("other.example/log", ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))


def test_the_published_vector_opens() -> None:
    assert note.open_note(NOTE, [note.Verifier.parse(VKEY)]) == TEXT


def test_every_flipped_bit_of_the_vector_is_refused() -> None:
    verifier = note.Verifier.parse(VKEY)
    for at in range(len(NOTE)):
        for bit in range(8):
            flipped = NOTE[:at] + bytes([NOTE[at] ^ (1 << bit)]) + NOTE[at + 1 :]
            with pytest.raises(note.NoteError):
                note.open_note(flipped, [verifier])


@given(st.lists(st.sampled_from(["", "公开", "— x y", "a b"]), min_size=1).map(lambda lines: "\n".join(lines) + "\n"))
def test_what_was_signed_opens_to_the_same_text(text: str) -> None:
    signer = OTHER
    assert note.open_note(signer.sign(text), [note.Verifier.parse(signer.vkey)]) == text


def test_lines_of_unknown_keys_are_passed_over() -> None:
    witnessed = NOTE + OTHER.sign(TEXT).split(b"\n\n")[1]
    assert note.open_note(witnessed, [note.Verifier.parse(VKEY)]) == TEXT
    assert note.open_note(witnessed, [OTHER.verifier]) == TEXT


def test_one_false_line_of_a_known_key_refuses_the_whole_note() -> None:
    mixed = NOTE + OTHER.sign("another text\n").split(b"\n\n")[1]
    with pytest.raises(note.NoteError, match="false"):
        note.open_note(mixed, [note.Verifier.parse(VKEY), OTHER.verifier])


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    with pytest.raises(note.NoteError, match="no known key"):
        note.open_note(NOTE, [OTHER.verifier])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        TEXT.encode(),
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.replace(b"message", b"mess\x00ge"),
        NOTE.replace(b"message", b"mess\tge"),
        NOTE + b"\xff",
        NOTE.replace("— ".encode(), b"- "),
        NOTE + NOTE.split(b"\n\n")[1] * note.MAX_SIGNATURES,
        b"x" * note.MAX_NOTE + NOTE,
    ],
)
def test_a_misshapen_note_is_refused(data: bytes) -> None:
    with pytest.raises(note.NoteError):
        note.open_note(data, [note.Verifier.parse(VKEY)])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a+b+c",
        VKEY.replace("foo", "fop"),
        VKEY.replace("530d", "530D"),
        VKEY + "=",
        VKEY + "\n",
        VKEY[:-1],
        " " + VKEY,
    ],
)
def test_a_verifier_key_has_one_spelling(vkey: str) -> None:
    assert note.Verifier.parse(VKEY).vkey == VKEY
    with pytest.raises(note.NoteError):
        note.Verifier.parse(vkey)


@pytest.mark.parametrize("text", ["", "no line feed", "tab\t\n", "bell\x07\n", "line\r\n"])
def test_a_text_that_is_no_note_is_not_signed(text: str) -> None:
    with pytest.raises(note.NoteError):
        OTHER.sign(text)


def test_a_signer_shows_no_secret() -> None:
    assert repr(OTHER) == "Signer('other.example/log')"


@given(st.binary(max_size=50), st.integers(0, 3))
def test_base64_has_one_spelling(data: bytes, more: int) -> None:
    text = base64.b64encode(data).decode()
    assert note.decode_base64(text) == data
    for wrong in (text + "=" * (more + 1), "\n" + text, text.rstrip("=") if text.endswith("=") else text + "A"):
        with pytest.raises(note.NoteError):
            note.decode_base64(wrong)


def test_base64_with_loose_bits_is_refused() -> None:
    assert base64.b64decode("QR==") == base64.b64decode("QQ==")
    with pytest.raises(note.NoteError):
        note.decode_base64("QR==")


def test_a_created_key_loads_again_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    made = keys.create(path)
    assert keys.load(path).private_bytes_raw() == made.private_bytes_raw()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["log.key"]


def test_an_existing_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    keys.create(path)
    before = path.read_bytes()
    with pytest.raises(keys.KeyFileError, match="already exists"):
        keys.create(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["log.key"]


@pytest.mark.parametrize("seed", [b"", bytes(32), b"\xff" * 32, b"ab" * 16, bytes(range(31)), bytes(range(33))])
def test_a_seed_that_is_not_32_random_bytes_is_refused(tmp_path: Path, seed: bytes) -> None:
    path = tmp_path / "log.key"
    path.write_bytes(seed)
    path.chmod(0o600)
    with pytest.raises(keys.KeyFileError):
        keys.load(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_a_seed_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "log.key"
    keys.create(path)
    path.chmod(mode)
    with pytest.raises(keys.KeyFileError, match="chmod 600"):
        keys.load(path)


def test_a_missing_or_linked_seed_is_refused(tmp_path: Path) -> None:
    keys.create(tmp_path / "true.key")
    (tmp_path / "linked.key").symlink_to(tmp_path / "true.key")
    for name in ("linked.key", "missing.key"):
        with pytest.raises(keys.KeyFileError, match="cannot be opened"):
            keys.load(tmp_path / name)
