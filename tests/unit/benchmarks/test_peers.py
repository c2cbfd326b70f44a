"""The peers: what they are handed, what they are pinned to, and how their answers are compared."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks.accounts.folder import write_files
from benchmarks.agree import compare, is_difference
from benchmarks.peers import install as peers
from benchmarks.peers.account_file import principals, read_account
from benchmarks.peers.install import PEERS, InstallError, Peer, install


def test_a_principal_comes_with_the_policies_of_its_groups_and_its_boundary(tmp_path: Path) -> None:
    (file,) = write_files(tmp_path, roles=300, files=1, seed=3)
    account = read_account(file)
    found = {principal.arn: principal for principal in principals(account)}
    assert len(found) == sum(len(account[f"{kind}DetailList"]) for kind in ("User", "Group", "Role"))
    (member, *_) = [user for user in account["UserDetailList"] if user["GroupList"]]
    (group,) = [one for one in account["GroupDetailList"] if one["GroupName"] == member["GroupList"][0]]
    inline = [(policy["PolicyName"], policy["PolicyDocument"]) for policy in group["GroupPolicyList"]]
    assert {name for name, _ in inline} <= {name for name, _ in found[member["Arn"]].identity}
    bounded = [role for role in account["RoleDetailList"] if "PermissionsBoundary" in role]
    for role in bounded:
        boundary = found[role["Arn"]].boundary
        assert boundary
        assert boundary[0] == role["PermissionsBoundary"]["PermissionsBoundaryArn"]


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_every_peer_is_pinned_to_one_version(peer: Peer) -> None:
    assert re.fullmatch(r"\d+(\.\d+)+", peer.version)
    for pin in peer.pins:
        text = pin.read_text(encoding="utf-8")
        assert "http" not in text
        if pin.suffix == ".txt":
            assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in text.splitlines())


def test_the_lock_of_the_javascript_peer_holds_what_is_asked_for() -> None:
    manifest, lock = (json.loads(pin.read_text(encoding="utf-8")) for pin in peers.IAM_SIMULATE.pins)
    locked = {name.removeprefix("node_modules/"): entry["version"] for name, entry in lock["packages"].items() if name}
    assert manifest["dependencies"].items() <= locked.items()


def test_a_peer_is_installed_once_and_again_when_its_pins_change(tmp_path: Path) -> None:
    pins = tmp_path / "pins.txt"
    pins.write_text("tool==1.0\n")
    calls: list[Path] = []
    peer = Peer("tool", (pins,), lambda target, pins: calls.append(target), lambda *paths: (), "tool")
    for _ in range(2):
        assert install(peer, tmp_path / "peers") == tmp_path / "peers" / "tool"
    assert len(calls) == 1
    pins.write_text("tool==1.1\n")
    install(peer, tmp_path / "peers")
    assert len(calls) == 2


def test_an_installation_that_fails_is_told_and_tried_again(tmp_path: Path) -> None:
    def fails(target: Path, pins: tuple[Path, ...]) -> None:
        raise InstallError("no matching distribution")

    pins = tmp_path / "pins.txt"
    pins.write_text("tool==1.0\n")
    for _ in range(2):
        with pytest.raises(InstallError, match="no matching distribution"):
            install(Peer("tool", (pins,), fails, lambda *paths: (), "tool"), tmp_path / "peers")


def test_only_what_one_allows_and_the_other_does_not_at_all_is_a_difference() -> None:
    ours = {("a", "x"): "allow", ("a", "y"): "conditional", ("b", "x"): "allow"}
    theirs = {("a", "x"): "allow", ("a", "z"): "allow", ("b", "x"): "conditional"}
    counts = compare(ours, theirs)
    assert counts == {
        ("allow", "allow"): 1,
        ("conditional", "nothing"): 1,
        ("nothing", "allow"): 1,
        ("allow", "conditional"): 1,
    }
    assert [pair for pair in counts if is_difference(*pair)] == [("nothing", "allow")]
