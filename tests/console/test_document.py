"""The company document over HTTP: read, saved, refused, disputed, restored."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from console import server
from schemas.company import dump_company
from tests.console.conftest import Console
from tests.sample import document

DOCUMENT = "/api/v1/companies/boreal/document"
REVISIONS = "/api/v1/companies/boreal/revisions"


def test_given_a_document_that_was_read_then_it_can_be_saved_as_it_is(console: Console) -> None:
    client, token = console.app.test_client(), console.token()
    read = client.get(DOCUMENT, headers=token)
    assert read.headers["ETag"] == '"1"'
    saved = client.put(DOCUMENT, data=read.data, headers={**token, "If-Match": read.headers["ETag"]})
    assert saved.status_code == 200
    assert saved.json["revision"] == 2
    assert saved.headers["ETag"] == '"2"'
    assert console.doors.documents.load("boreal") == (2, document())
    assert client.get(DOCUMENT, headers={**token, "If-None-Match": '"2"'}).status_code == 304


def test_given_yaml_then_it_is_taken_like_json_and_signed(console: Console) -> None:
    client, token = console.app.test_client(), console.token()
    sent = dump_company(document())
    saved = client.put(DOCUMENT + "?note=holidays", data=sent, headers={**token, "If-Match": "1"})
    assert saved.status_code == 200
    newest = client.get(REVISIONS, headers=token).json["revisions"][0]
    assert (newest["revision"], newest["author"], newest["note"]) == (2, "token test", "holidays")


def test_given_no_if_match_then_428_and_with_an_old_one_412_that_says_who(console: Console) -> None:
    client, token = console.app.test_client(), console.token()
    sent = client.get(DOCUMENT, headers=token).data
    for headers in ({}, {"If-Match": "*"}, {"If-Match": "x"}, {"If-Match": "0"}, {"If-Match": "9" * 40}):
        answer = client.put(DOCUMENT, data=sent, headers={**token, **headers})
        assert (answer.status_code, answer.json["code"]) == (428, "if_match_required")
    console.browser().put(DOCUMENT, data=sent, headers={"If-Match": '"1"', "Origin": "http://localhost"})
    late = client.put(DOCUMENT, data=sent, headers={**token, "If-Match": '"1"', "Accept-Language": "en"})
    assert late.status_code == 412
    assert late.json["facts"]["author"] == "ines"
    assert late.json["title"].startswith("ines saved revision 2 meanwhile")
    assert late.headers["ETag"] == '"2"'


def test_given_two_people_saving_at_once_then_one_wins_and_the_published_one_is_the_newest(
    console: Console,
) -> None:
    token = console.token()
    sent = console.app.test_client().get(DOCUMENT, headers=token).data

    def save(_: int) -> int:
        client = console.app.test_client()
        return client.put(DOCUMENT, data=sent, headers={**token, "If-Match": "1"}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(save, range(6))) == [200, 412, 412, 412, 412, 412]
    assert len(console.doors.documents.history("boreal")) == 2
    index = json.loads((console.settings.snapshots / "index.json").read_text())
    assert index == {"boreal": 2}


@pytest.mark.parametrize(
    ("language", "says"), [("fr", "La révision 2 est enregistrée"), ("en", "Revision 2 is saved")]
)
def test_given_a_revision_that_cannot_be_published_then_that_is_what_is_said(
    console: Console, language: str, says: str
) -> None:
    client, token = console.app.test_client(), {**console.token(), "Accept-Language": language}
    sent = client.get(DOCUMENT, headers=token).data
    kept = console.settings.snapshots.rename(console.settings.var / "kept")
    console.settings.snapshots.write_text("a file where the folder was")

    refused = client.put(DOCUMENT, data=sent, headers={**token, "If-Match": "1"})
    assert (refused.status_code, refused.json["code"]) == (500, "saved_not_published")
    assert refused.json["title"].startswith(says)
    assert refused.headers["ETag"] == '"2"'
    assert console.doors.documents.load("boreal") == (2, document())

    console.settings.snapshots.unlink()
    kept.rename(console.settings.snapshots)
    assert client.put(DOCUMENT, data=sent, headers={**token, "If-Match": "2"}).status_code == 200
    assert json.loads((console.settings.snapshots / "index.json").read_text()) == {"boreal": 3}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_given_mistakes_then_all_of_them_are_told_in_the_readers_language_and_nothing_is_changed(
    console: Console, language: str
) -> None:
    token = console.token()
    client = console.app.test_client()
    sent = client.get(DOCUMENT, headers=token).json
    sent["users"]["1001"]["devicez"] = {}
    sent["numbers"]["N-MAIN"]["number"] = "514 555"
    sent["account"]["time_zone"] = "America/Montreal-Nord"
    answer = client.put(DOCUMENT, json=sent, headers={**token, "If-Match": "1", "Accept-Language": language})
    assert answer.status_code == 422
    mistakes = {each["path"]: each for each in answer.json["mistakes"]}
    assert {"users.1001.devicez", "numbers.N-MAIN.number", "account.time_zone"} <= set(mistakes)
    assert mistakes["numbers.N-MAIN.number"]["value"] == "514 555"
    assert "devices" in mistakes["users.1001.devicez"]["allowed"]
    said = mistakes["numbers.N-MAIN.number"]["message"]
    assert ("il faut" in said) == (language == "fr")
    assert ("is needed" in said) == (language == "en")
    assert len(console.doors.documents.history("boreal")) == 1


def test_given_a_patch_then_only_what_it_names_is_changed(console: Console) -> None:
    client, token = console.app.test_client(), console.token()
    before = client.get(DOCUMENT, headers=token).json
    patch = {"users": {"1001": {"name": "Somebody Else"}}}
    assert client.patch(DOCUMENT, json=patch, headers=token).status_code == 428
    saved = client.patch(DOCUMENT, json=patch, headers={**token, "If-Match": "1"})
    assert saved.status_code == 200
    after = client.get(DOCUMENT, headers=token).json
    assert after["users"]["1001"]["name"] == "Somebody Else"
    before["users"]["1001"]["name"] = "Somebody Else"
    assert after == before
    assert client.patch(DOCUMENT, json=patch, headers={**token, "If-Match": "1"}).status_code == 412
    assert client.patch(DOCUMENT, json=[1], headers={**token, "If-Match": "2"}).status_code == 422


def test_given_an_old_revision_then_it_can_be_read_and_restored_as_a_new_one(console: Console) -> None:
    client, token = console.app.test_client(), console.token()
    patch = {"users": {"1001": {"name": "Somebody Else"}}}
    client.patch(DOCUMENT, json=patch, headers={**token, "If-Match": "1"})
    old = client.get(f"{REVISIONS}/1", headers=token).json
    assert old["users"]["1001"]["name"] == document().users["1001"].name
    assert client.post(f"{REVISIONS}/1/restore", headers=token).status_code == 428
    restored = client.post(f"{REVISIONS}/1/restore", headers={**token, "If-Match": "2"})
    assert restored.json["revision"] == 3
    assert console.doors.documents.load("boreal") == (3, document())
    assert console.doors.documents.history("boreal")[0].note == "restored revision 1"
    for missing in ("4", "0", "-1", "x", "9" * 30):
        answer = client.get(f"{REVISIONS}/{missing}", headers=token)
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_revision")


def test_given_a_revision_with_a_value_behind_a_lock_then_it_can_be_restored_and_the_value_waits(
    console: Console,
) -> None:
    client, token = console.app.test_client(), console.token()
    longer = {"users": {"1006": {"open": {"ring": {"seconds": 45}}}}}
    locks = {"account": {"locks": [{"setting": "users.open.ring.seconds"}]}}
    taken_back = {"users": {"1006": {"open": {"ring": {"seconds": None}}}}}
    for made_from, patch in enumerate((longer, locks, taken_back), 1):
        sent = client.patch(DOCUMENT, json=patch, headers={**token, "If-Match": str(made_from)})
        assert sent.status_code == 200, sent.text
    restored = client.post(f"{REVISIONS}/3/restore", headers={**token, "If-Match": "4"})
    assert (restored.status_code, restored.json["revision"]) == (200, 5)
    assert "value_behind_lock" in [one["id"] for one in restored.json["warnings"]]


def test_given_a_new_company_then_if_none_match_makes_it_once(console: Console) -> None:
    client, token = console.app.test_client(), console.token()
    account = msgspec.structs.replace(document().account, id="second", domain="second.example")
    sent = dump_company(msgspec.structs.replace(document(), account=account))
    address = "/api/v1/companies/second/document"
    unknown = client.put(address, data=sent, headers={**token, "If-Match": "1"})
    assert (unknown.status_code, unknown.json["code"]) == (404, "unknown_company")
    assert client.put(address, data=sent, headers={**token, "If-None-Match": "*"}).status_code == 201
    assert client.put(address, data=sent, headers={**token, "If-None-Match": "*"}).status_code == 412
    other = client.put(DOCUMENT, data=sent, headers={**token, "If-Match": "1"})
    assert (other.status_code, other.json["code"]) == (422, "other_company")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null", b'"text"', b"a: &x [*x]", b"{}" * 1000, b"\x00"],
    ids=["empty", "cut", "not utf-8", "deep", "null", "text", "anchor", "twice", "nul"],
)
def test_given_a_body_that_is_no_document_then_it_is_refused_and_nothing_is_changed(
    console: Console, body: bytes
) -> None:
    client, token = console.app.test_client(), console.token()
    for method in ("PUT", "PATCH"):
        answer = client.open(DOCUMENT, method=method, data=body, headers={**token, "If-Match": "1"})
        assert answer.status_code in (400, 422), answer.text
        assert answer.mimetype == "application/problem+json"
    assert len(console.doors.documents.history("boreal")) == 1


@pytest.mark.parametrize(
    ("path", "most"), [(DOCUMENT, 16 << 20), ("/api/v1/companies/boreal/document", 16 << 20)]
)
def test_given_a_body_that_is_too_large_then_413(console: Console, path: str, most: int) -> None:
    client, token = console.app.test_client(), console.token()
    answer = client.put(path, data=b" " * (most + 1), headers={**token, "If-Match": "1"})
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_given_a_small_operation_then_its_body_is_small(console: Console) -> None:
    client, token = console.app.test_client(), console.token()
    answer = client.post("/api/v1/tokens", data=b" " * 70_000, headers=token)
    assert answer.status_code == 413


@pytest.mark.parametrize(("chunks", "status"), [(1, b"422"), (3, b"413"), (0, b"400")])
def test_given_a_body_without_a_length_then_it_is_read_to_its_end_or_to_the_limit(
    console: Console, address: str, chunks: int, status: bytes
) -> None:
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as link:
        head = f"POST /api/v1/tokens HTTP/1.1\r\nHost: {address}\r\nTransfer-Encoding: chunked\r\n"
        link.sendall(f"{head}Authorization: {console.token()['Authorization']}\r\n\r\n".encode())
        for _ in range(chunks):
            link.sendall(b"8000\r\n" + b"1" + b" " * 0x7FFF + b"\r\n")
        link.sendall(b"0\r\n\r\n")
        assert link.recv(4096).split(b" ")[1] == status


def test_given_a_client_that_goes_silent_then_it_is_hung_up_on(
    console: Console, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_PATIENCE_SECONDS", 0.2)
    host, port = address.split(":")
    for sent in (
        b"",
        b"GET / HT",
        b"PUT /api/v1/companies/boreal/document HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=10) as link:
            link.sendall(sent)
            while link.recv(4096):
                pass


def test_given_a_lock_then_what_it_forbids_is_refused_by_name_and_nothing_is_changed(
    console: Console,
) -> None:
    client, token = console.app.test_client(), console.token()
    locks = {"account": {"locks": [{"setting": "users.open.ring.seconds"}]}}
    assert client.patch(DOCUMENT, json=locks, headers={**token, "If-Match": "1"}).status_code == 200
    longer = {"users": {"1006": {"open": {"ring": {"seconds": 45}}}}}
    refused = client.patch(DOCUMENT, json=longer, headers={**token, "If-Match": "2", "Accept-Language": "en"})
    assert (refused.status_code, refused.json["code"]) == (403, "change_refused")
    (mistake,) = refused.json["mistakes"]
    assert (mistake["path"], mistake["code"]) == ("users.1006.open.ring.seconds", "setting_locked")
    assert mistake["message"].startswith("users.1006.open.ring.seconds is locked by the account.")
    assert console.doors.documents.load("boreal")[0] == 2
    lifted = {**longer, "account": {"locks": []}}
    assert client.patch(DOCUMENT, json=lifted, headers={**token, "If-Match": "2"}).status_code == 200


@pytest.mark.parametrize(("permissions", "status"), [(["auto_receptionist"], 200), ([], 403)])
def test_t24_given_an_administrator_who_is_somebody_then_the_document_says_whether_he_may_change_company_rules(
    console: Console, permissions: list[str], status: int
) -> None:
    client, token = console.app.test_client(), console.token()
    told = {"users": {"1011": {"permissions": permissions}}}
    assert client.patch(DOCUMENT, json=told, headers={**token, "If-Match": "1"}).status_code == 200
    ines = console.token("admin", "boreal", "1011")
    answer = client.patch(
        DOCUMENT, json={"handlings": {"main": {"rules": []}}}, headers={**ines, "If-Match": "2"}
    )
    assert answer.status_code == status
    codes = [each["code"] for each in answer.json.get("mistakes", [])]
    assert codes == (["permission_auto_receptionist"] if status == 403 else [])
    assert console.doors.documents.load("boreal")[0] == (2 if status == 403 else 3)
