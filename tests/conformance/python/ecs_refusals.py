"""What Alibaba Cloud ECS alone refuses, provoked with the cloud's Python SDK.

Most rows of `refusals.json` say themselves which call they are of, for this SDK and that for Node alike.
"""

import json
import re

from clouds import AlibabaEcs, ecs_stand, in_seconds

LIST = "DescribeInstanceHistoryEvents"
SIZE = "MaxResults"


class Stage:
    """What a refusal is made with."""

    def __init__(self, sandbox, wire, sdk):
        self.sandbox, self.wire = sandbox, wire
        sandbox.control("PUT", "state", ecs_stand())
        self.ecs = AlibabaEcs(wire.address, sandbox.keys)

    def list(self, id=None, secret=None, token=None):
        given = {"access_key_id": id, "access_key_secret": secret, "security_token": token}
        key = {name: part for name, part in given.items() if part is not None}
        return AlibabaEcs(self.wire.address, self.sandbox.keys, **key).call(LIST, MaxResults=10)

    def of_row(self, row):
        for action, params in row.get("before", []):
            self.ecs.anywhere(action, **read(params))
        action, params = row["call"]
        if "fault" in row:
            self.sandbox.fault(operation=action, provider="alibaba-ecs", times=1, **row["fault"])
        return self.ecs.anywhere(action, **read(params))


def read(params):
    """A row's parameters: a time from now, or a list that is too long, is written short there."""

    def value(given):
        if isinstance(given, str) and re.fullmatch(r"[+-]\d+s", given):
            return in_seconds(int(given[:-1]))
        if isinstance(given, dict) and "times" in given:
            return [given["of"]] * given["times"]
        if isinstance(given, dict) and "json" in given:
            return json.dumps([given["of"]] * given["json"])
        return given

    return {name: value(given) for name, given in params.items()}


PROVOKED = {
    "unknown action": lambda stage: stage.ecs.unknown("ForgetInstance"),
}
