"""Every refusal of Alibaba Cloud ECS, as the cloud's Python SDK shows it.

Most rows of `refusals.json` say themselves which call they are of, for this SDK and that for Node alike.
"""

import json
import re

import pytest

from clouds import AlibabaEcs, ecs_stand, in_seconds
from refusal_check import clock_off, nonce_repeated, on_the_wire, replaced, surfaced, unsigned
from refusal_rows import of_sdk

LIST = "DescribeInstanceHistoryEvents"
ROWS = of_sdk("ecs", "ecs-python")


class Stage:
    """What a refusal is made with."""

    def __init__(self, sandbox, wire):
        self.sandbox, self.wire = sandbox, wire
        sandbox.control("PUT", "state", ecs_stand())
        self.ecs = self.client()

    def client(self, **config):
        return AlibabaEcs(self.wire.address, self.sandbox.keys, **config)

    def list(self, **config):
        return self.client(**config).call(LIST, MaxResults=10)

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
    stage.wire.tamper = replaced("MaxResults=10", "MaxResults=11")
    return stage.list()


def _unsigned(stage):
    stage.wire.tamper = unsigned
    return stage.list()


PROVOKED = {
    "wrong secret": lambda stage: stage.list(access_key_secret="wrong"),
    "unknown key": lambda stage: stage.list(access_key_id="LTAIunknown"),
    "no signature": _unsigned,
    "clock 20 minutes slow": _skewed(-20),
    "clock 20 minutes fast": _skewed(20),
    "replayed nonce": _replayed,
    "tampered query": _tampered,
    "token of another key": lambda stage: stage.list(security_token="wrong"),
    "unknown action": lambda stage: stage.ecs.unknown("ForgetInstance"),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=row["refusal"]) for row in ROWS])
def test_shows_the_refusal_as_its_row_says(row, sandbox, wire, refusal_checked):
    stage = Stage(sandbox, wire)
    provoke = PROVOKED.get(row["refusal"], lambda stage: stage.of_row(row))
    shown = surfaced(lambda: provoke(stage))
    assert on_the_wire("ecs", wire.last[1]) == f"{row['status']} {row['code']}"
    assert shown == row["surfaces"]["ecs-python"]
    # Refused is not done: only what came before it is.
    assert sandbox.calls()["totals"]["accepted"] == row.get("done", 0)
    refusal_checked(row)


def test_every_row_is_provoked_in_one_way():
    by_themselves = {row["refusal"] for row in ROWS if "call" in row}
    assert by_themselves.isdisjoint(PROVOKED)
    assert by_themselves | PROVOKED.keys() == {row["refusal"] for row in ROWS}
