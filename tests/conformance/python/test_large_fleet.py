"""A fleet of 100,000 events, paged through by the SDKs."""

import sys

import pytest
from clouds import ECS_STATUSES, AlibabaEcs, Ens, Huawei
from program import Sandbox

EVENTS = 100_000
MOST_MB = 300


@pytest.fixture
def large():
    sandbox = Sandbox("--events", str(EVENTS), "--step", "1h")
    yield sandbox
    sandbox.stop()


def most_mb(sandbox):
    with open(f"/proc/{sandbox.process.pid}/status", encoding="ascii") as status:
        lines = dict(line.split(":", 1) for line in status)
    return int(lines["VmHWM"].split()[0]) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_stays_small_while_it_is_paged_through(large):
    ens = Ens(large.endpoint.removeprefix("http://"), large.keys)
    total = ens.list(page_size=100).total_count
    last = (total + 99) // 100
    seen = set()
    # The first, the last, and some on the way: `tests/bench/sandbox.py` walks all of them.
    pages = sorted({1, last, *range(2, last, 25)})
    for number in pages:
        page = ens.list(page_number=number, page_size=100)
        assert page.total_count == total
        assert len(page.events) == 100 or number == last
        seen.update(event.event_id for event in page.events)
    assert len(seen) > (len(pages) - 1) * 100

    huawei = Huawei(large.endpoint, large.keys)
    walked, marker = set(), None
    for _ in range(40):
        page = huawei.list(limit=100, marker=marker)
        marker = page.page_info.next_marker
        walked.update(event.id for event in page.events)
    assert len(walked) == 40 * 100

    ecs = AlibabaEcs(large.endpoint.removeprefix("http://"), large.keys)
    walked, more = set(), {}
    for _ in range(40):
        asked = {"InstanceEventCycleStatus": ECS_STATUSES, "MaxResults": 100}
        page = ecs.call("DescribeInstanceHistoryEvents", **asked, **more)
        more = {"NextToken": page.next_token}
        shown = page.instance_system_event_set.instance_system_event_type
        walked.update(event.event_id for event in shown)
    assert len(walked) == 40 * 100

    most = most_mb(large)
    assert most < MOST_MB, f"{most:.0f} MB at most"
