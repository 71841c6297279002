"""The judge itself: it lets through what the SDKs sent, and nothing that was changed after."""

import dataclasses
import datetime
import pathlib
import re

import pytest

from judge import Judge, Key, Refusal, verify_acs3, verify_huawei
from loopback import Request

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "recorded"
ALIBABA = {
    "LTAItestAccessKeyId": Key("LTAItestAccessKeyId", "testAccessKeySecret"),
    "AK": Key("AK", "SK"),
}
HUAWEI = {"HWTESTACCESSKEYID": Key("HWTESTACCESSKEYID", "hwTestSecretAccessKey")}


def read(file):
    """A recording: a comment, the request, `<<<END` and what the SDK printed."""
    _, head, rest = file.read_text(encoding="utf-8").split("\n\n", 2)
    line, *headers = head.splitlines()
    method, target, _ = line.split(" ")
    pairs = tuple(tuple(header.split(": ", 1)) for header in headers)
    body = rest.split("\n<<<END", 1)[0].encode()
    return Request(method, target, pairs, body)


RECORDED = {
    file.stem: request
    for file in sorted(FOLDER.glob("*.txt"))
    # RPC v1 has no such header, and the proxy does not speak it.
    if (request := read(file)).header("authorization")
}


def verify(request, now=None):
    if request.header("authorization").startswith("ACS3"):
        return verify_acs3(request, ALIBABA, now)
    return verify_huawei(request, HUAWEI, now)


def with_header(request, name, value):
    """With a header changed, added, or taken off where `value` is None."""
    kept = [pair for pair in request.headers if pair[0].lower() != name]
    added = [] if value is None else [(name, value)]
    return dataclasses.replace(request, headers=(*kept, *added))


def test_there_is_something_to_judge():
    assert len(RECORDED) == 30


@pytest.mark.parametrize("name", RECORDED)
def test_lets_through_what_the_sdks_sent(name):
    assert verify(RECORDED[name]).id in (*ALIBABA, *HUAWEI)


@pytest.mark.parametrize("name", RECORDED)
def test_refuses_it_after_any_change(name):
    request = RECORDED[name]
    sent = request.header("authorization")
    last = "0" if sent[-1] != "0" else "1"
    changed = {
        "the signature": with_header(request, "authorization", sent[:-1] + last),
        "the key": with_header(request, "authorization", re.sub(r"(Credential=|Access=)", r"\1X", sent)),
        "the method": dataclasses.replace(request, method="DELETE"),
        "the path": dataclasses.replace(request, target="/x" + request.target),
        "the query": dataclasses.replace(
            request, target=request.target + ("&x=1" if "?" in request.target else "?x=1")
        ),
        "the host": with_header(request, "host", "127.0.0.1:1"),
        "the body": request.with_body(request.body + b" "),
        "the date": with_header(
            with_header(request, "x-acs-date", "2026-11-22T00:00:00Z"),
            "x-sdk-date",
            "20261122T000000Z",
        ),
        "the token": with_header(
            with_header(request, "x-acs-security-token", "t"), "x-security-token", "t"
        ),
    }
    for what, request in changed.items():
        with pytest.raises(Refusal):
            verify(request)
            pytest.fail(f"{what} was changed, and it was let through")


def test_refuses_a_clock_that_is_off_and_allows_a_quarter_of_an_hour():
    # When they were recorded.
    minutes = {"ens_py_v3_list": "00:50", "hw_py_list_plain": "00:51"}
    for name, time in minutes.items():
        hour, minute = (int(part) for part in time.split(":"))
        sent = datetime.datetime(2026, 11, 22, hour, minute, tzinfo=datetime.UTC)
        for off in (-13, 13):
            verify(RECORDED[name], sent + datetime.timedelta(minutes=off))
        for off in (-17, 17):
            with pytest.raises(Refusal):
                verify(RECORDED[name], sent + datetime.timedelta(minutes=off))


def test_refuses_a_nonce_that_was_used():
    judge = Judge([], [])
    judge.claim("n")
    with pytest.raises(Refusal, match="SignatureNonceUsed"):
        judge.claim("n")
    judge.close()
