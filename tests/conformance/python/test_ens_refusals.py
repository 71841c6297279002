"""Every refusal of ENS, as both of the cloud's Python SDKs show it."""

import json

import pytest

from clouds import MIGRATE, REBOOT, Core, Ens
from refusal_check import clock_off, nonce_repeated, on_the_wire, replaced, surfaced, unsigned
from refusal_rows import of_sdk
from test_ens import in_ms


class Stage:
    """What a refusal is made with. Parameters are spelled as the cloud spells them."""

    def __init__(self, sandbox, wire, sdk):
        self.sandbox, self.wire, self.sdk = sandbox, wire, sdk
        self.plain = Ens(wire.address, sandbox.keys)

    def call(self, action, params, id=None, secret=None, token=None):
        keys = self.sandbox.keys
        id = id or keys["ALIBABA_CLOUD_ACCESS_KEY_ID"]
        secret = secret or keys["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
        if self.sdk == "core-python":
            return Core(self.wire.address, keys, id, secret, token).call(action, params)
        config = {"access_key_id": id, "access_key_secret": secret, "security_token": token}
        return Ens(self.wire.address, keys, **config).call(action, params)

    def list(self, **key):
        return self.call("DescribeHistoryEvents", {"EventTypes": REBOOT[0], "PageSize": "10"}, **key)

    def info(self, types, **fields):
        """One item about an event that can be acted on; a field that is None is left out."""
        event = self.plain.inquiring(types)[0]
        info = {"EventId": event.event_id, "ResourceId": event.resource_id, "OpsType": "immediate"}
        info.update(fields)
        return {name: value for name, value in info.items() if value is not None}

    def reboot(self, **fields):
        infos = json.dumps([self.info(REBOOT, **fields)])
        return self.call("BatchEventRebootInstance", {"EventInfos": infos})

    def migrate(self, **fields):
        infos = json.dumps([self.info(MIGRATE, **fields)])
        return self.call("BatchEventMigrateInstance", {"EventInfos": infos})

    def twice(self, verb):
        """Acts on an event that has been acted on already."""
        if verb == "batch":
            params = {"EventInfos": json.dumps([self.info(REBOOT)])}
            action = "BatchEventRebootInstance"
        else:
            params, action = self.info(REBOOT), "EventRebootInstance"
        self.call(action, params)
        return self.call(action, params)

    def faulty(self, **fault):
        self.sandbox.fault(operation="DescribeHistoryEvents", times=1, **fault)
        return self.list()


def _skewed(minutes):
    def call(stage):
        with clock_off(minutes):
            return stage.list()

    return call


def _replayed(stage):
    with nonce_repeated():
        stage.list()
        return stage.list()


def _tampered(stage):
    stage.wire.tamper = replaced("PageSize=10", "PageSize=11")
    return stage.list()


def _unsigned(stage):
    stage.wire.tamper = unsigned
    return stage.list()


def _batch(text):
    return lambda stage: stage.call("BatchEventRebootInstance", {"EventInfos": text})


def _scheduled(time, **more):
    return lambda stage: stage.migrate(OpsType="scheduled", PlanTime=time(), **more)


UNKNOWN = {"EventId": "e-none", "ResourceId": "i-none", "OpsType": "immediate"}

PROVOKED = {
    "wrong secret": lambda stage: stage.list(secret="wrong"),
    "unknown key": lambda stage: stage.list(id="LTAIunknown"),
    "no signature": _unsigned,
    "clock 20 minutes slow": _skewed(-20),
    "clock 20 minutes fast": _skewed(20),
    "clock 40 minutes slow": _skewed(-40),
    "replayed nonce": _replayed,
    "tampered query": _tampered,
    "token of another key": lambda stage: stage.list(token="wrong"),
    "missing `EventTypes`": lambda stage: stage.call("DescribeHistoryEvents", {"PageSize": "10"}),
    "unknown value in `EventTypes`": lambda stage: stage.call(
        "DescribeHistoryEvents", {"EventTypes": "Instance:Unheard"}
    ),
    "missing `EventInfos`": lambda stage: stage.call("BatchEventRebootInstance", {}),
    "empty `EventInfos`": _batch("[]"),
    "`EventInfos` that is no JSON": _batch("[{"),
    "missing `EventId`": lambda stage: stage.reboot(EventId=None),
    "missing `ResourceId`": lambda stage: stage.reboot(ResourceId=None),
    "missing `OpsType`": lambda stage: stage.reboot(OpsType=None),
    "`PlanTime` in the past": _scheduled(lambda: in_ms(-60)),
    "`PlanTime` in seconds": _scheduled(lambda: in_ms(3600) // 1000),
    "`PlanTime` as text": _scheduled(lambda: "tomorrow"),
    "`scheduled` without `PlanTime`": _scheduled(lambda: None),
    "password with `scheduled`": _scheduled(lambda: in_ms(3600), Password="AAaa1234"),
    "password too short": lambda stage: stage.migrate(Password="AAaa123"),
    "unknown `DataPolicy`": lambda stage: stage.migrate(DataPolicy="keep"),
    "not `Inquiring`, in a batch": lambda stage: stage.twice("batch"),
    "not `Inquiring`, single": lambda stage: stage.twice("single"),
    "another type of event, in a batch": lambda stage: stage.call(
        "BatchEventMigrateInstance", {"EventInfos": json.dumps([stage.info(REBOOT)])}
    ),
    "another type of event, single": lambda stage: stage.call(
        "EventMigrateInstance", stage.info(REBOOT)
    ),
    "unknown id, in a batch": _batch(json.dumps([UNKNOWN])),
    "unknown id, single": lambda stage: stage.call("EventRebootInstance", UNKNOWN),
    "unknown action": lambda stage: stage.call("EventForgetInstance", UNKNOWN),
    "throttled": lambda stage: stage.faulty(kind="throttle"),
    "throttled, with a hint": lambda stage: stage.faulty(kind="throttle", retry_after_s=2),
    "no permission": lambda stage: stage.faulty(kind="error", status=400, code="NoPermission"),
    "unavailable": lambda stage: stage.faulty(kind="error", status=503),
}
SDKS = ("ens-python", "core-python")


@pytest.mark.parametrize(
    ("sdk", "row"),
    [
        pytest.param(sdk, row, id=f"{sdk}: {row['refusal']}")
        for sdk in SDKS
        for row in of_sdk("ens", sdk)
    ],
)
def test_shows_the_refusal_as_its_row_says(sdk, row, sandbox, wire, refusal_checked):
    shown = surfaced(lambda: PROVOKED[row["refusal"]](Stage(sandbox, wire, sdk)))
    assert on_the_wire("ens", wire.last[1]) == f"{row['status']} {row['code']}"
    assert shown == row["surfaces"][sdk]
    # Refused is not done: only the first of two calls for the same event is carried out.
    done = 1 if row["refusal"].startswith("not `Inquiring`") else 0
    assert sandbox.calls()["totals"]["accepted"] == done
    refusal_checked(row)


@pytest.mark.parametrize("sdk", SDKS)
def test_every_row_is_provoked_and_everything_provoked_has_a_row(sdk):
    only_rpc_v1 = {"clock 40 minutes slow"}
    only_acs3 = {"clock 20 minutes slow", "clock 20 minutes fast"}
    left_out = only_rpc_v1 if sdk == "ens-python" else only_acs3
    assert {row["refusal"] for row in of_sdk("ens", sdk)} == PROVOKED.keys() - left_out


def test_rpc_v1_allows_a_clock_that_is_20_minutes_off(sandbox, wire):
    for minutes in (-20, 20):
        with clock_off(minutes):
            assert Stage(sandbox, wire, "core-python").list()["TotalCount"] > 0
