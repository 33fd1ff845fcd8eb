"""What a fresh machine is given: the lock file and the services."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # its stubs are one more package to lock

HOUSE = Path(__file__).parents[2]
#: A registry's address would bind every machine to one place; options would let one slip in.
FOREIGN = re.compile(r"://|^\s*-(?!-hash=)|\s@\s", re.MULTILINE)
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9,_-]+\])?==[^\s\\;]+( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
ROLES = {"postgres", "valkey", "migrate", "public", "staff", "worker", "nginx"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((HOUSE / "docker-compose.yml").read_text("utf-8"))
    return read


def test_every_locked_package_is_pinned_and_hashed() -> None:
    lines = (HOUSE / "requirements.lock").read_text("utf-8").splitlines()
    assert [line for line in lines if not (PINNED.match(line) or HASH.match(line) or line.startswith("#"))] == []
    before = [
        line for line, after in zip(lines, [*lines[1:], ""], strict=True) if PINNED.match(line) and HASH.match(after)
    ]
    assert len(before) == sum(1 for line in lines if PINNED.match(line)) > 50


def test_the_lock_names_no_registry() -> None:
    assert FOREIGN.search((HOUSE / "requirements.lock").read_text("utf-8")) is None


def test_the_services_are_those_of_the_hub_and_what_it_stands_on(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == ROLES


@pytest.mark.parametrize("kind", ["secrets", "configs", "volumes", "networks"])
def test_a_service_uses_only_what_is_declared(compose: dict[str, Any], kind: str) -> None:
    used = {name_of(one) for service in compose["services"].values() for one in service.get(kind, ())}
    assert used == set(compose[kind])


def test_a_service_waits_only_for_services(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", ())) <= set(compose["services"])


def test_what_is_mounted_is_there_or_is_made_by_the_operator(compose: dict[str, Any]) -> None:
    named = {one["file"] for kind in ("configs", "secrets") for one in compose[kind].values() if "file" in one}
    made = {"./gongbu.toml", *(f"./secrets/{name}" for name in compose["secrets"])}
    assert [name for name in named - made if not (HOUSE / name).is_file()] == []


def test_docker_takes_the_file(tmp_path: Path) -> None:
    if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:  # noqa: PLW1510
        pytest.skip("there is no docker compose on this machine")
    for name in ("docker-compose.yml", "docs/operations/nginx.conf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HOUSE / name, tmp_path / name)
    environment = {"GONGBU_PUBLIC_URL": "https://example.gov.cn", "PATH": "/usr/bin:/bin:/usr/local/bin"}
    command = ["docker", "compose", "-f", str(tmp_path / "docker-compose.yml"), "config", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=50, check=False)
    assert done.returncode == 0, done.stderr


def name_of(used: str | dict[str, Any]) -> str:
    """The declared name behind the short or the long form."""
    return used.partition(":")[0] if isinstance(used, str) else str(used["source"])
