"""Every refusal of Huawei, as the cloud's Python SDK shows it."""

import pytest

from clouds import Huawei, ScheduledEventAcceptBody, ScheduledEventUpdateBody
from refusal_check import clock_off, on_the_wire, replaced, surfaced, unsigned
from refusal_rows import of_sdk
from test_huawei import parsed, text, utc

SDK = "huawei-python"


class Stage:
    """What a refusal is made with."""

    def __init__(self, sandbox, wire):
        self.sandbox, self.wire = sandbox, wire
        self.huawei = self.client()

    def client(self, **key):
        return Huawei(self.wire.endpoint, self.sandbox.keys, **key)

    def of_state(self, state):
        """An event in this state whose deadline is far enough away."""
        events = self.huawei.all(state=[state])
        return next(one for one in events if parsed(one.not_before_deadline) > utc(minutes=10))

    def accept(self, body=None, state="inquiring"):
        return self.huawei.accept(self.of_state(state).id, body)

    def update(self, body, state="scheduled"):
        return self.huawei.update(self.of_state(state).id, body)

    def faulty(self, **fault):
        self.sandbox.fault(operation="ListScheduledEvents", times=1, **fault)
        return self.huawei.list()


def _skewed(minutes):
    def call(stage):
        with clock_off(minutes):
            return stage.huawei.list()

    return call


def _unsigned(stage):
    stage.wire.tamper = unsigned
    return stage.huawei.list()


def _tampered_query(stage):
    stage.wire.tamper = replaced("limit=10", "limit=11")
    return stage.huawei.list(limit=10)


def _tampered_body(stage):
    event = stage.of_state("inquiring")
    stage.wire.tamper = lambda request: request.with_body(b"{}")
    return stage.huawei.accept(event.id, ScheduledEventAcceptBody(not_before=text(utc(5))))


def _late(verb, state, body):
    def call(stage):
        event = stage.of_state(state)
        late = body(not_before=event.not_before_deadline)
        return getattr(stage.huawei, verb)(event.id, late)

    return call


PROVOKED = {
    "wrong secret": lambda stage: stage.client(sk="wrong").list(),
    "unknown key": lambda stage: stage.client(ak="UNKNOWN").list(),
    "no signature": _unsigned,
    "clock 20 minutes slow": _skewed(-20),
    "clock 20 minutes fast": _skewed(20),
    "tampered query": _tampered_query,
    "tampered body": _tampered_body,
    "token of another key": lambda stage: stage.client(token="wrong").list(),
    "another project": lambda stage: stage.client(project="another").list(),
    "`limit` above 100": lambda stage: stage.huawei.list(limit=101),
    "unknown `marker`": lambda stage: stage.huawei.list(marker="nobody"),
    "unknown `state`": lambda stage: stage.huawei.list(state=["Inquiring"]),
    "bad `publish_since`": lambda stage: stage.huawei.list(publish_since="yesterday"),
    "body that is no JSON": lambda stage: stage.accept('{"not_before'),
    "bad `not_before`": lambda stage: stage.accept(ScheduledEventAcceptBody(not_before="soon")),
    "`not_before` in the past": lambda stage: stage.accept(
        ScheduledEventAcceptBody(not_before="2020-01-01T00:00:00Z")
    ),
    "update without `not_before`": lambda stage: stage.update(ScheduledEventUpdateBody()),
    "accept past the deadline": _late("accept", "inquiring", ScheduledEventAcceptBody),
    "update past the deadline": _late("update", "scheduled", ScheduledEventUpdateBody),
    "accept of what is not `inquiring`": lambda stage: stage.accept(state="scheduled"),
    "update of what is not `scheduled`": lambda stage: stage.update(
        ScheduledEventUpdateBody(not_before=text(utc(5))), state="inquiring"
    ),
    "accept of an unknown id": lambda stage: stage.huawei.accept("nobody"),
    "update of an unknown id": lambda stage: stage.huawei.update(
        "nobody", ScheduledEventUpdateBody(not_before=text(utc(5)))
    ),
    "throttled": lambda stage: stage.faulty(kind="throttle", retry_after_s=2),
    "no permission": lambda stage: stage.faulty(kind="error", status=403),
    "internal error": lambda stage: stage.faulty(kind="error", status=500),
    "unavailable": lambda stage: stage.faulty(kind="error", status=503),
}


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row["refusal"]) for row in of_sdk("huawei", SDK)]
)
def test_shows_the_refusal_as_its_row_says(row, sandbox, wire, refusal_checked):
    shown = surfaced(lambda: PROVOKED[row["refusal"]](Stage(sandbox, wire)))
    assert on_the_wire("huawei", wire.last[1]) == f"{row['status']} {row['code']}"
    assert shown == row["surfaces"][SDK]
    assert sandbox.calls()["totals"]["accepted"] == 0, "refused is not done"
    refusal_checked(row)


def test_every_row_is_provoked_and_everything_provoked_has_a_row():
    assert {row["refusal"] for row in of_sdk("huawei", SDK)} == PROVOKED.keys()
