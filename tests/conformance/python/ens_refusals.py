"""What ENS alone refuses, provoked with both of the cloud's Python SDKs."""

import json

from clouds import MIGRATE, REBOOT, Core, Ens
from test_ens import in_ms

SIZE = "PageSize"


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


def _batch(text):
    return lambda stage: stage.call("BatchEventRebootInstance", {"EventInfos": text})


def _scheduled(time, **more):
    return lambda stage: stage.migrate(OpsType="scheduled", PlanTime=time(), **more)


UNKNOWN = {"EventId": "e-none", "ResourceId": "i-none", "OpsType": "immediate"}

PROVOKED = {
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
