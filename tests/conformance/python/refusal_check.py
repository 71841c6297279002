"""Provoking a refusal and putting what the SDK makes of it into one line."""

import contextlib
import dataclasses
import datetime
import json
import re
from unittest import mock
from urllib.parse import quote


def surfaced(call):
    """The exception as `Class status code`, with what else tells a client what to do."""
    try:
        answer = call()
    except Exception as error:  # noqa: BLE001 - whatever the SDK raises is what is looked at
        return _described(error)
    if hasattr(answer, "instance_responses"):
        [item] = answer.instance_responses.instance_response
        return f"InstanceResponse[0].Code {item.code}"
    results = getattr(answer, "results", None) or answer["Results"]
    codes = [getattr(one, "code", None) or one["Code"] for one in results]
    return f"Results[0].Code {codes[0]}"


def _described(error):
    # The three SDKs of the clouds name them differently.
    status = getattr(error, "status_code", None) or error.http_status
    code = getattr(error, "code", None) or error.error_code
    retry = getattr(error, "retry_after", None)
    text = f"{type(error).__name__} {status} {code}"
    return text if retry is None else f"{text}, retry_after {retry}"


def on_the_wire(cloud, answer):
    """Status and code as they left the cloud, whatever the SDK makes of them."""
    body = json.loads(answer.body)
    if answer.status == 200 and cloud == "ecs":
        [item] = body["InstanceResponses"]["InstanceResponse"]
        return f"200 InstanceResponse[0].Code {item['Code']}"
    if answer.status == 200:
        return f"200 Results[0].Code {body['Results'][0]['Code']}"
    code = body["Code"] if cloud in ("ecs", "ens") else body.get("error_code") or body["error"]["code"]
    return f"{answer.status} {code}"


@contextlib.contextmanager
def clock_off(minutes):
    """The SDKs sign with a clock that is off."""
    off = datetime.timedelta(minutes=minutes)

    class Shifted(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return datetime.datetime.now(datetime.UTC).replace(tzinfo=None) + off

    core = "aliyunsdkcore.utils.parameter_helper.get_iso_8061_date"
    with (
        mock.patch("alibabacloud_tea_openapi.utils.datetime", Shifted),
        mock.patch("huaweicloudsdkcore.signer.signer.datetime", Shifted),
        mock.patch(core, lambda: f"{Shifted.utcnow():%Y-%m-%dT%H:%M:%SZ}"),
    ):
        yield


@contextlib.contextmanager
def nonce_repeated():
    """Alibaba Cloud's SDKs use the same nonce for every call."""
    with (
        mock.patch("alibabacloud_tea_openapi.utils.Utils.get_nonce", lambda: "used-twice"),
        mock.patch("aliyunsdkcore.utils.parameter_helper.get_uuid", lambda: "used-twice"),
    ):
        yield


def replaced(old, new):
    """What a tamperer does to a call under way: a text in the query becomes another one."""

    def tamper(request):
        # The two SDKs encode differently.
        for form in (old, quote(old, safe="")):
            if form in request.target:
                target = request.target.replace(form, new)
                return dataclasses.replace(request, target=target)
        raise AssertionError(f"{old} is not in {request.target}")

    return tamper


def unsigned(request):
    """The call without its signature, wherever the scheme puts it."""
    headers = tuple(pair for pair in request.headers if pair[0].lower() != "authorization")
    target = re.sub(r"&?Signature=[^&]*", "", request.target)
    return dataclasses.replace(request, target=target, headers=headers)
