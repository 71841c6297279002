"""A cloud that is not ours: it recomputes each signature with the official SDKs' own signing code,
refuses what does not match, and answers as the clouds do.

Nothing of Evenkeel is in it. What it needs besides the SDKs is only reading: which headers are said
to be signed, and what a query decodes to.
"""

import dataclasses
import datetime
import hashlib
import json
import re
from urllib.parse import unquote

from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from loopback import Answer, Loopback

ACS3 = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=\w+")
HUAWEI = re.compile(r"SDK-HMAC-SHA256 Access=([^,]+), SignedHeaders=([^,]+), Signature=\w+")
SKEW = datetime.timedelta(minutes=15)


class Refusal(Exception):
    """Why a call is refused: the cloud's code and what was wrong."""

    def __init__(self, code, reason):
        super().__init__(f"{code}: {reason}")
        self.code, self.reason = code, reason


@dataclasses.dataclass(frozen=True)
class Key:
    id: str
    secret: str
    token: str | None = None


def split(target):
    path, _, query = target.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return path, [(key, value) for key, _, value in pairs]


def verify_acs3(request, keys, now):
    """Raises a `Refusal` unless Alibaba's signing code makes the very header that came.

    The clock is not looked at where `now` is None.
    """
    sent = request.header("authorization")
    if sent is None:
        raise Refusal("IncompleteSignature", "no `Authorization`")
    found = ACS3.fullmatch(sent)
    if found is None:
        raise Refusal("IncompleteSignature", "another form of `Authorization`")
    key = keys.get(found[1])
    if key is None:
        raise Refusal("InvalidAccessKeyId.NotFound", found[1])
    signed = found[2].split(";")
    must = {"host", *(name for name in lower_names(request) if name.startswith("x-acs-"))}
    must |= {"content-type"} & lower_names(request)
    must |= {"x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce"}
    if not must <= set(signed):
        raise Refusal("IncompleteSignature", f"not signed: {must - set(signed)}")
    if request.header("x-acs-security-token") != key.token:
        raise Refusal("InvalidSecurityToken.MismatchWithAccessKey", "another token")
    if hashlib.sha256(request.body).hexdigest() != request.header("x-acs-content-sha256"):
        raise Refusal("SignatureDoesNotMatch", "the body is another one")
    check_clock(request.header("x-acs-date"), "%Y-%m-%dT%H:%M:%SZ", now, "InvalidTimeStamp.Expired")

    path, query = split(request.target)
    again = DaraRequest()
    again.method = request.method
    again.pathname = path
    # A form in a query: `+` is a space.
    again.query = {form(name): form(value) for name, value in query}
    again.headers = {name: request.header(name) for name in signed}
    body_hash = request.header("x-acs-content-sha256")
    own = Utils.get_authorization(again, "ACS3-HMAC-SHA256", body_hash, key.id, key.secret)
    if own != sent:
        raise Refusal("SignatureDoesNotMatch", f"expected {own}")
    return key


def verify_huawei(request, keys, now):
    """Raises a `Refusal` unless Huawei's signing code makes the very header that came."""
    sent = request.header("authorization")
    found = HUAWEI.fullmatch(sent or "")
    if found is None:
        raise Refusal("APIGW.0301", "no `Authorization`, or another form of it")
    key = keys.get(found[1])
    if key is None:
        raise Refusal("APIGW.0301", "unknown key")
    signed = found[2].split(";")
    if not {"host", "x-sdk-date"} <= set(signed):
        raise Refusal("APIGW.0301", "`host` and `x-sdk-date` must be signed")
    if request.header("x-security-token") != key.token:
        raise Refusal("APIGW.0301", "another token")
    check_clock(request.header("x-sdk-date"), "%Y%m%dT%H%M%SZ", now, "APIGW.0301")

    path, query = split(request.target)
    again = SdkRequest(
        request.method,
        "http",
        request.header("host"),
        path,
        request.target,
        [(unquote(name), unquote(value)) for name, value in query],
        {name: request.header(name) for name in signed},
        request.body,
    )
    own = Signer(BasicCredentials(key.id, key.secret)).sign(again).header_params["Authorization"]
    if own != sent:
        raise Refusal("APIGW.0301", f"expected {own}")
    return key


def form(text):
    return unquote(text.replace("+", " "), errors="strict")


def lower_names(request):
    return {name.lower() for name, _ in request.headers}


def check_clock(text, pattern, now, code):
    if now is None:
        return
    sent = datetime.datetime.strptime(text, pattern).replace(tzinfo=datetime.UTC)
    if abs(now - sent) > SKEW:
        raise Refusal(code, f"{text} is too far off")


class Judge(Loopback):
    """The server. `calls` has every call that was let through, `refused` why others were not."""

    def __init__(self, ens_keys, huawei_keys):
        self.keys = {"ens": by_id(ens_keys), "huawei": by_id(huawei_keys)}
        self.calls, self.refused, self.nonces = [], [], set()
        super().__init__(self.answer)

    def answer(self, request):
        now = datetime.datetime.now(datetime.UTC)
        path, _ = split(request.target)
        cloud = "ens" if path == "/" else "huawei"
        try:
            if cloud == "ens":
                verify_acs3(request, self.keys[cloud], now)
                self.claim(request.header("x-acs-signature-nonce"))
            else:
                verify_huawei(request, self.keys[cloud], now)
        except Refusal as refusal:
            self.refused.append(refusal)
            return refused(cloud, refusal)
        self.calls.append(request)
        return ens_answer(request) if cloud == "ens" else huawei_answer(request)

    def claim(self, nonce):
        if nonce in self.nonces:
            raise Refusal("SignatureNonceUsed", nonce)
        self.nonces.add(nonce)


def by_id(keys):
    return {key.id: key for key in keys}


def as_json(status, body, *headers):
    text = json.dumps(body, ensure_ascii=False).encode()
    return Answer(status, (("Content-Type", "application/json;charset=utf-8"), *headers), text)


def refused(cloud, refusal):
    if cloud == "ens":
        body = {"RequestId": "R", "HostId": "h", "Code": refusal.code, "Message": refusal.reason}
        return as_json(400, {**body, "Recommend": ""})
    body = {"error_msg": refusal.reason, "error_code": refusal.code, "request_id": "R"}
    return as_json(401, body)


def ens_answer(request):
    """As the documented samples, the stray line break at the end of `ResourceId` included."""
    params = {form(name): form(value) for name, value in split(request.target)[1]}
    ids = ("x-acs-request-id", "125B04C7-3D0D-4245-AF96-14E3758E3F06")
    if request.header("x-acs-action") == "DescribeHistoryEvents":
        number, size = (int(params.get(name, 1)) for name in ("PageNumber", "PageSize"))
        page = {"RequestId": ids[1], "PageNumber": number, "PageSize": size, "TotalCount": 0}
        return as_json(200, {**page, "Events": []}, ids)
    results = [
        {
            "Code": 200,
            "EventId": info["EventId"],
            "Message": "success",
            "ResourceId": info["ResourceId"] + "\n",
        }
        for info in json.loads(params["EventInfos"])
    ]
    return as_json(200, {"RequestId": ids[1], "Results": results}, ids)


def huawei_answer(request):
    ids = ("X-Request-Id", "8a1b2c3d4e5f60718293a4b5c6d7e8f9")
    if request.method == "GET":
        return as_json(200, {"events": [], "page_info": {"next_marker": None}}, ids)
    return Answer(204, (ids,), b"")
