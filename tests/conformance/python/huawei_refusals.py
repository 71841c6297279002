"""What Huawei alone refuses, provoked with the cloud's Python SDK."""

from clouds import Huawei, ScheduledEventAcceptBody, ScheduledEventUpdateBody
from test_huawei import parsed, text, utc

SIZE = "limit"


class Stage:
    """What a refusal is made with."""

    def __init__(self, sandbox, wire, sdk):
        self.sandbox, self.wire = sandbox, wire
        self.huawei = Huawei(wire.endpoint, sandbox.keys)

    def list(self, id=None, secret=None, token=None, project=None):
        given = {"ak": id, "sk": secret, "token": token, "project": project}
        key = {name: part for name, part in given.items() if part is not None}
        return Huawei(self.wire.endpoint, self.sandbox.keys, **key).list(limit=10)

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
    "tampered body": _tampered_body,
    "another project": lambda stage: stage.list(project="another"),
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
