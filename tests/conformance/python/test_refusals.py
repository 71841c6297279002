"""Every refusal of every cloud, as its Python SDKs show it.

A cloud's own file has its stage, which calls with the SDK, and what that cloud alone refuses. A stage's `list` asks for a
page of ten with a key that may have another id, secret or token; `SIZE` is what a page's size is called there.
"""

import pytest

import ecs_refusals
import ens_refusals
import huawei_refusals
from clouds import REBOOT
from refusal_check import clock_off, nonce_repeated, on_the_wire, replaced, surfaced, unsigned
from refusal_rows import SDKS, of_sdk

CLOUDS = {"ens": ens_refusals, "ecs": ecs_refusals, "huawei": huawei_refusals}


def _clock(minutes):
    def call(cloud, stage):
        with clock_off(minutes):
            return stage.list()

    return call


def _replayed(cloud, stage):
    with nonce_repeated():
        stage.list()
        return stage.list()


def _tampered(cloud, stage):
    stage.wire.tamper = replaced(f"{cloud.SIZE}=10", f"{cloud.SIZE}=11")
    return stage.list()


def _unsigned(cloud, stage):
    stage.wire.tamper = unsigned
    return stage.list()


# What is provoked alike at every cloud that has a row for it.
EVERYWHERE = {
    "wrong secret": lambda cloud, stage: stage.list(secret="wrong"),
    "unknown key": lambda cloud, stage: stage.list(id="LTAIunknown"),
    "no signature": _unsigned,
    "clock 20 minutes slow": _clock(-20),
    "clock 20 minutes fast": _clock(20),
    "clock 40 minutes slow": _clock(-40),
    "replayed nonce": _replayed,
    "tampered query": _tampered,
    "token of another key": lambda cloud, stage: stage.list(token="wrong"),
}

SDKS_OF_PYTHON = [(cloud, sdk) for cloud in CLOUDS for sdk in SDKS[cloud] if sdk.endswith("-python")]
ROWS = [
    pytest.param(cloud, sdk, row, id=f"{sdk}: {row['refusal']}")
    for cloud, sdk in SDKS_OF_PYTHON
    for row in of_sdk(cloud, sdk)
]


def provoke(cloud, stage, row):
    if "call" in row:
        return stage.of_row(row)
    if row["refusal"] in EVERYWHERE:
        return EVERYWHERE[row["refusal"]](cloud, stage)
    return cloud.PROVOKED[row["refusal"]](stage)


@pytest.mark.parametrize(("name", "sdk", "row"), ROWS)
def test_shows_the_refusal_as_its_row_says(name, sdk, row, sandbox, wire, refusal_checked):
    cloud = CLOUDS[name]
    shown = surfaced(lambda: provoke(cloud, cloud.Stage(sandbox, wire, sdk), row))
    assert on_the_wire(name, wire.last[1]) == f"{row['status']} {row['code']}"
    assert shown == row["surfaces"][sdk]
    # Refused is not done: only what came before it is.
    assert sandbox.calls()["totals"]["accepted"] == row.get("done", 0)
    refusal_checked(row)


@pytest.mark.parametrize(("name", "sdk"), SDKS_OF_PYTHON)
def test_everything_provoked_has_a_row_and_every_row_is_provoked_in_one_way(name, sdk):
    rows = of_sdk(name, sdk)
    by_themselves = {row["refusal"] for row in rows if "call" in row}
    rest = {row["refusal"] for row in rows} - by_themselves - EVERYWHERE.keys()
    assert rest == CLOUDS[name].PROVOKED.keys()
    assert by_themselves.isdisjoint(EVERYWHERE)


def test_rpc_v1_allows_a_clock_that_is_20_minutes_off(sandbox, wire):
    for minutes in (-20, 20):
        with clock_off(minutes):
            stage = ens_refusals.Stage(sandbox, wire, "core-python")
            params = {"EventTypes": REBOOT[0], "PageSize": "10"}
            assert stage.call("DescribeHistoryEvents", params)["TotalCount"] > 0
