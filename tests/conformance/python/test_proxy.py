"""The real proxy, through all of its operations with hostile values, before a judge that is not ours.

What the judge lets through was signed as the clouds' own code signs it; what it received is then
compared with what was asked for, and with what the SDKs send for the same.
"""

import json
import pathlib
import re
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from urllib.parse import unquote

import pytest

from clouds import ENS_TYPES, Ens, Huawei, ScheduledEventAcceptBody, ScheduledEventUpdateBody
from judge import Judge, Key, form, split
from program import BIN, Program

REQUESTS = pathlib.Path(__file__).resolve().parents[2] / "requests"
PROJECT = "07d47a56eb00d3a02f5ec01a1b7f9c43"
# The secret is used as it is, and tokens are Base64 mostly: signs that encoders like to change.
ENS_KEY = Key("LTAIjudged", "s3cr/t+%&=~*")
HUAWEI_KEY = Key("HWJUDGED", "s3cr/t+%&=~*")
ENS_TEMPORARY = Key("STS.judged", "other+secret/=", "CAIS+token/with==signs%2B&more")
HUAWEI_TEMPORARY = Key("HWTEMPORARY", "other+secret/=", "hQ+token/with==signs%2B&more")
FAR = 4102444799000
FAR_TEXT = "2099-12-31T23:59:59Z"

HOSTILE = [
    *" +*~%&=\"'\\/?#;:@!$()[]{}<>|^`.-_",
    "%20",
    "%2B",
    "%zz",
    "a=b&c=d",
    "../../etc",
    "?x=1#y",
    "é",
    "e\u0301",
    "ß",
    "İ",
    "中文",
    "😀",
    "👩‍👩‍👧‍👦",
    "𠀀",
    "\U0010fffd",
    "\u202e",
    "\u00a0",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "${jndi:ldap://x}",
    "%0d%0aX-Evil:1",
]
EVERYTHING = "".join(part for part in HOSTILE if len(part) == 1)[:100]


class Proxy(Program):
    """`evenkeel serve` on accounts whose endpoint is the judge."""

    def __init__(self, folder, judge, wrong_secret=False):
        accounts, environment = [], {}
        for name, provider, key in (
            ("ens", "ens", ENS_KEY),
            ("ens-temporary", "ens", ENS_TEMPORARY),
            ("huawei", "huawei-ecs", HUAWEI_KEY),
            ("huawei-temporary", "huawei-ecs", HUAWEI_TEMPORARY),
        ):
            variable = name.replace("-", "_").upper()
            environment[f"{variable}_ID"] = key.id
            environment[f"{variable}_SECRET"] = "wrong" if wrong_secret else key.secret
            lines = [
                "[[accounts]]",
                f'id = "{name}"',
                f'provider = "{provider}"',
                'region = "cn-north-4"',
                f'endpoint = "{judge.endpoint}"',
                f'access_key_id = "env:{variable}_ID"',
                f'access_key_secret = "env:{variable}_SECRET"',
            ]
            if provider == "huawei-ecs":
                lines.append(f'project_id = "{PROJECT}"')
            if key.token:
                environment[f"{variable}_TOKEN"] = key.token
                lines.append(f'security_token = "env:{variable}_TOKEN"')
            accounts.append("\n".join(lines))
        config = folder / "evenkeel.toml"
        config.write_text("\n\n".join(accounts), encoding="utf-8")
        store = f"sqlite:{folder}/evenkeel.db"
        arguments = ["serve", "--listen", "127.0.0.1:0", "--config", str(config), "--store", store]
        add = [BIN, "tokens", "add", "judge", "--role", "operator", "--config", str(config), "--store", store]
        token = subprocess.run(add, check=True, capture_output=True, text=True).stdout.strip()
        self.login = {"authorization": f"Bearer {token}"}
        greeting = "Evenkeel is at "
        super().__init__(arguments, greeting, environment)
        (line,) = (line for line in self.lines if line.startswith(greeting))
        self.url = line.removeprefix(greeting).strip()

    def call(self, account, operation, params):
        """The answer to a read, which must be the cloud's: status and body."""
        path = f"accounts/{account}/operations/{operation}"
        status, headers, body = self.post(path, params)
        assert headers.get("evenkeel-origin") == "provider", (status, body)
        return status, body

    def batch(self, account, action, items, password=None):
        """The items of a batch once nothing of it is on its way any more."""

        def is_over(batch):
            return not (batch["counts"]["queued"] or batch["counts"]["sending"])

        return self.ordered(is_over, account, action, items, password)["items"]

    def ordered(self, until, account, action, items, password=None):
        """The batch, as soon as `until` is true of it."""
        draft = {"account": account, "action": action, "items": items}
        if password is not None:
            draft["password"] = password
        status, _, batch = self.post("batches", draft, {"idempotency-key": str(uuid.uuid4())})
        assert status == 201, batch
        deadline = time.monotonic() + 30
        while not until(batch):
            assert time.monotonic() < deadline, batch
            time.sleep(0.02)
            path = f"{self.url}/api/v1/batches/{batch['id']}"
            request = urllib.request.Request(path, headers=self.login)
            with urllib.request.urlopen(request) as answer:
                batch = json.load(answer)
        return batch

    def post(self, path, body, headers=None):
        request = urllib.request.Request(
            f"{self.url}/api/v1/{path}",
            data=json.dumps(body, ensure_ascii=False).encode(),
            headers={"content-type": "application/json", **self.login, **(headers or {})},
        )
        try:
            answer = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode()
            return answer.status, answer.headers, json.loads(text) if text else None


@pytest.fixture(scope="module")
def judge():
    judge = Judge([ENS_KEY, ENS_TEMPORARY], [HUAWEI_KEY, HUAWEI_TEMPORARY])
    yield judge
    judge.close()


@pytest.fixture(scope="module")
def proxy(judge, tmp_path_factory):
    proxy = Proxy(tmp_path_factory.mktemp("proxy"), judge)
    yield proxy
    proxy.stop()


@pytest.fixture(autouse=True)
def nothing_refused(request, judge, count_judged):
    judge.calls.clear()
    judge.refused.clear()
    yield
    count_judged(sum(call.header("user-agent").startswith("evenkeel/") for call in judge.calls))
    if "refuses" not in request.node.name:
        assert judge.refused == []


def ens_params(request):
    return {form(name): form(value) for name, value in split(request.target)[1]}


def huawei_params(request):
    return sorted((unquote(name), unquote(value)) for name, value in split(request.target)[1])


def is_act(call):
    """The proxy also reads by itself, all the time: what waits, and what became of an act."""
    return call.method != "GET" and call.header("x-acs-action") != "DescribeHistoryEvents"


def acts(judge):
    return [call for call in judge.calls if is_act(call)]


def reads(judge, name, value):
    """The reads that have this parameter: the proxy's own ones have others."""
    pairs = [(call, ens_params(call)) for call in judge.calls if not is_act(call)]
    return [call for call, params in pairs if params.get(name) == value]


def plain(hostile):
    """What of it an id may have: white space and what nobody sees are refused there."""
    return re.sub(r"[\s\u200d\u202e]", "", hostile)


def info(hostile, **more):
    """An event of its own for each, though their visible parts may be alike."""
    tail = f"{plain(hostile)}x{hostile.encode().hex()[-8:]}"
    return {"EventId": f"e-{tail}", "ResourceId": f"i-{tail}", "OpsType": "immediate", **more}


def item(info):
    """An ENS item of a batch, from what is to arrive."""
    when = {"at": FAR_TEXT} if info["OpsType"] == "scheduled" else "now"
    item = {"event_id": info["EventId"], "resource_id": info["ResourceId"], "when": when}
    if "DataPolicy" in info:
        item["data_policy"] = info["DataPolicy"]
    return item


def at_huawei(event, when):
    return {"event_id": event, "resource_id": "", "when": when}


def huawei_id(hostile, more):
    """One of its own for each."""
    return f"{plain(hostile)}x{ord(hostile[0])}{more}"


def accepted(items, count):
    return [item["state"] for item in items] == ["accepted"] * count


@pytest.mark.parametrize("hostile", [*HOSTILE, EVERYTHING])
def test_all_ens_operations_with(hostile, proxy, judge):
    later = {"OpsType": "scheduled", "PlanTime": FAR}
    both = [info(hostile), {**info(hostile + "2"), **later}]
    for action in ("redeploy", "reboot"):
        assert accepted(proxy.batch("ens", action, [item(one) for one in both]), 2)
        assert json.loads(ens_params(acts(judge)[-1])["EventInfos"]) == both
    password = ("Aa1" + hostile + "aaaaaaa")[:30]
    migrated = [
        {**info(hostile), "DataPolicy": "try_transfer", "Password": password},
        {**info(hostile + "2"), "DataPolicy": "force_transfer", "Password": password},
        {**info(hostile + "3"), **later, "DataPolicy": "abandon"},
    ]
    assert accepted(proxy.batch("ens", "migrate", [item(one) for one in migrated], password), 3)
    assert json.loads(ens_params(acts(judge)[-1])["EventInfos"]) == migrated

    resource = info(hostile)["ResourceId"]
    listed = {"EventTypes": ENS_TYPES, "ResourceIds": [resource, "i-1"], "PageSize": 20}
    status, page = proxy.call("ens", "DescribeHistoryEvents", listed)
    assert (status, page["PageSize"]) == (200, 20)
    assert ens_params(reads(judge, "PageSize", "20")[-1]) == {
        "EventTypes": ",".join(ENS_TYPES),
        "ResourceIds": f"{resource},i-1",
        "PageSize": "20",
    }


@pytest.mark.parametrize("hostile", [*HOSTILE, EVERYTHING])
def test_all_huawei_operations_with(hostile, proxy, judge):
    folder = f"/v3/{PROJECT}/instance-scheduled-events"
    for number, (when, body) in enumerate(
        (
            ("now", b"{}"),
            ({"at": FAR_TEXT}, b'{"not_before":"%s"}' % FAR_TEXT.encode()),
        )
    ):
        event = huawei_id(hostile, number)
        assert accepted(proxy.batch("huawei", "accept", [at_huawei(event, when)]), 1)
        sent = acts(judge)[-1]
        assert (sent.method, unquote(sent.target)) == ("POST", f"{folder}/{event}/actions/accept")
        assert sent.target.count("/") == 6 and sent.body == body
    update = at_huawei(event, {"at": FAR_TEXT})
    assert accepted(proxy.batch("huawei", "reschedule", [update]), 1)
    sent = acts(judge)[-1]
    assert (sent.method, unquote(sent.target)) == ("PUT", f"{folder}/{event}")

    listed = {
        "id": event,
        "instance_id": event,
        "marker": f"{hostile}{event}",
        "limit": 100,
        "type": ["instance-redeploy", "instance-migrate"],
        "state": ["scheduled", "inquiring"],
        "publish_since": "2025-03-01T00:00:00Z",
        "publish_until": FAR_TEXT,
    }
    assert proxy.call("huawei", "ListScheduledEvents", listed)[0] == 200
    single = [(name, str(value)) for name, value in listed.items() if not isinstance(value, list)]
    repeated = [(name, one) for name in ("type", "state") for one in listed[name]]
    sent = [call for call in judge.calls if ("instance_id", event) in huawei_params(call)]
    assert huawei_params(sent[-1]) == sorted(single + repeated)


def test_temporary_credentials_sign_their_token(proxy, judge):
    assert accepted(proxy.batch("ens-temporary", "reboot", [item(info(EVERYTHING[:60] + "t"))]), 1)
    assert acts(judge)[-1].header("x-acs-security-token") == ENS_TEMPORARY.token
    assert accepted(proxy.batch("huawei-temporary", "accept", [at_huawei("1", "now")]), 1)
    assert acts(judge)[-1].header("x-security-token") == HUAWEI_TEMPORARY.token


def test_a_hundred_items_arrive_as_five_requests_byte_for_byte_as_they_are_recorded(proxy, judge):
    recorded, infos = [], []
    for number in range(1, 6):
        line = (REQUESTS / f"hundred_{number}.txt").read_text(encoding="utf-8").splitlines()[0]
        method, target, _ = line.split(" ")
        recorded.append((method, target))
        infos += json.loads(form(split(target)[1][0][1]))
    passwords = {one["Password"] for one in infos if "Password" in one}
    assert len({one["EventId"] for one in infos}) == 100 and len(passwords) == 1
    items = proxy.batch("ens", "migrate", [item(one) for one in infos], *passwords)
    assert accepted(items, 100)
    assert [(call.method, call.target) for call in acts(judge)] == recorded


@pytest.mark.parametrize("hostile", HOSTILE)
def test_sends_what_the_sdks_send_for(hostile, proxy, judge):
    """The same parameters by the SDK and by the proxy: the same call, after decoding."""
    keys = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ENS_KEY.id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ENS_KEY.secret,
        "HUAWEICLOUD_SDK_AK": HUAWEI_KEY.id,
        "HUAWEICLOUD_SDK_SK": HUAWEI_KEY.secret,
        "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT,
    }
    password = ("Aa1" + hostile + "aaaaa")[:30]
    one = {**info(f"{hostile}sdk"), "DataPolicy": "try_transfer", "Password": password}
    names = ("event_id", "resource_id", "ops_type", "data_policy", "password")
    Ens(judge.address, keys).batch("migrate", [dict(zip(names, one.values(), strict=True))])
    assert accepted(proxy.batch("ens", "migrate", [item(one)], password), 1)
    theirs, ours = acts(judge)[-2:]
    # Not even the text of the JSON differs.
    assert ens_params(ours) == ens_params(theirs)
    for name in ("x-acs-action", "x-acs-version", "x-acs-content-sha256"):
        assert ours.header(name) == theirs.header(name)

    huawei = Huawei(judge.endpoint, keys)
    far = {"at": FAR_TEXT}
    for number, (by_sdk, action, when) in enumerate(
        (
            (
                lambda event: huawei.accept(event, ScheduledEventAcceptBody(not_before=FAR_TEXT)),
                "accept",
                far,
            ),
            (lambda event: huawei.accept(event, ScheduledEventAcceptBody()), "accept", "now"),
            (
                lambda event: huawei.update(event, ScheduledEventUpdateBody(not_before=FAR_TEXT)),
                "reschedule",
                far,
            ),
        )
    ):
        event = huawei_id(hostile, f"sdk{number}")
        by_sdk(event)
        assert accepted(proxy.batch("huawei", action, [at_huawei(event, when)]), 1)
        compare_at_huawei(*acts(judge)[-2:])
    event = huawei_id(hostile, "list")
    params = {"id": event, "marker": event, "state": ["scheduled", "inquiring"]}
    huawei.list(**params)
    proxy.call("huawei", "ListScheduledEvents", params)
    listed = [call for call in judge.calls if ("marker", event) in huawei_params(call)]
    compare_at_huawei(*listed[-2:])


def compare_at_huawei(theirs, ours):
    assert ours.header("user-agent").startswith("evenkeel/")
    assert ours.method == theirs.method
    assert unquote(split(ours.target)[0]) == unquote(split(theirs.target)[0])
    assert huawei_params(ours) == huawei_params(theirs)
    assert json.loads(ours.body or b"null") == json.loads(theirs.body or b"null")
    assert ours.header("x-project-id") == theirs.header("x-project-id")


def test_the_judge_refuses_a_proxy_with_a_wrong_secret(judge, tmp_path):
    proxy = Proxy(tmp_path, judge, wrong_secret=True)
    try:
        for account, action, one, code in (
            ("ens", "reboot", item(info("")), "SignatureDoesNotMatch"),
            ("ens-temporary", "reboot", item(info("t")), "SignatureDoesNotMatch"),
            ("huawei", "accept", at_huawei("1", "now"), "APIGW.0301"),
            ("huawei-temporary", "accept", at_huawei("2", "now"), "APIGW.0301"),
        ):
            # By its own reads or by this order, once: then the key rests, and what needs it.
            held = proxy.ordered(lambda batch: batch.get("held"), account, action, [one])["held"]
            assert (held["reason"], held["code"]) == ("key_refused", code)
        for account in ("huawei", "huawei-temporary"):
            status, body = proxy.call(account, "ListScheduledEvents", {})
            assert (status, body["error_code"]) == (401, "APIGW.0301")
    finally:
        proxy.stop()
    # The other proxy still reads by itself.
    assert acts(judge) == [] and 4 <= len(judge.refused) <= 12
