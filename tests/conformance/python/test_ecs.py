"""Every operation of Alibaba Cloud ECS, with the cloud's own Python SDK."""

import json
import time

import pytest

from clouds import ECS_STATUSES, AlibabaEcs, ecs_stand, in_seconds
from conftest import STEP_S

LIST = "DescribeInstanceHistoryEvents"


@pytest.fixture(params=["ACS3", "RPC v1"])
def ecs(request, sandbox, wire):
    """The SDK as it signs today, and as older ones did."""
    config = {} if request.param == "ACS3" else {"signature_algorithm": "v2"}
    return AlibabaEcs(wire.address, sandbox.keys, **config)


@pytest.fixture
def stand(sandbox):
    sandbox.control("PUT", "state", ecs_stand())


def until(ecs, event_id, *statuses):
    """The cloud works in steps; a few of them are waited for."""
    end = time.monotonic() + 20 * STEP_S
    while ecs.status(event_id) not in statuses:
        assert time.monotonic() < end, "the event did not move on"
        time.sleep(STEP_S / 4)


def ids(events):
    return [event.event_id for event in events]


def test_lists_nothing_open_unless_it_is_asked_for(ecs):
    page = ecs.call(LIST, MaxResults=100)
    shown = page.instance_system_event_set.instance_system_event_type
    over = {"Executed", "Failed", "Canceled", "Avoided"}
    assert {event.event_cycle_status.name for event in shown} == over
    everything = ecs.events()
    assert {event.event_cycle_status.name for event in everything} == set(ECS_STATUSES)


def test_walks_by_token_and_by_number(ecs):
    everything = ecs.events()
    assert 80 < len(everything) == len(set(ids(everything)))
    assert ids(ecs.events(MaxResults=10)) == ids(everything)
    # Too short a page is made ten long.
    assert ids(ecs.events(MaxResults=1)) == ids(everything)
    asked = {"InstanceEventCycleStatus": ECS_STATUSES, "PageSize": 30}
    walked = []
    for number in range(1, 6):
        page = ecs.call(LIST, PageNumber=number, **asked)
        assert (page.page_number, page.page_size, page.total_count) == (number, 30, len(everything))
        walked += page.instance_system_event_set.instance_system_event_type
    assert ids(walked) == ids(everything)


def test_lists_by_every_filter_what_a_look_at_all_of_them_finds(ecs):
    everything = ecs.events()
    first, second = everything[:2]
    types = sorted({event.event_type.name for event in everything})
    published = sorted(event.event_publish_time for event in everything)
    span = {"Start": published[20], "End": published[60]}
    filters = [
        *(({"EventCycleStatus": one, "InstanceEventCycleStatus": None}, lambda e, one=one: e.event_cycle_status.name == one) for one in ECS_STATUSES),
        *(({"InstanceEventType": [one]}, lambda e, one=one: e.event_type.name == one) for one in types),
        ({"EventType": types[0]}, lambda e: e.event_type.name == types[0]),
        ({"EventId": [first.event_id, second.event_id]}, lambda e: e in (first, second)),
        ({"ResourceId": [first.instance_id]}, lambda e: e.instance_id == first.instance_id),
        ({"InstanceId": first.instance_id}, lambda e: e.instance_id == first.instance_id),
        ({"EventPublishTime": span}, lambda e: span["Start"] <= e.event_publish_time <= span["End"]),
        ({"NotBefore": {"Start": "2000-01-01T00:00:00Z"}}, lambda e: e.not_before is not None),
    ]
    for given, wanted in filters:
        assert ids(ecs.events(**given)) == ids(filter(wanted, everything)), given


def test_tells_of_hosts_and_disks_apart(ecs, stand):
    [host] = ecs.events(ResourceType="ddh")
    assert (host.instance_id, host.resource_type) == ("dh-1", "ddh")
    page = ecs.call("DescribeDisksFullStatus", PageSize=100)
    [disk] = page.disk_full_status_set.disk_full_status_type
    [event] = disk.disk_event_set.disk_event_type
    assert (disk.disk_id, disk.instance_id, disk.device) == ("d-planned0", "i-planned", "/dev/vda")
    assert (event.event_id, event.event_type.name) == ("e-stalled", "Stalled")
    day = {"Start": in_seconds(-86_400), "End": in_seconds(0)}
    for given, count in [
        ({"EventTime": day, "EventType": "Stalled"}, 1),
        ({"DiskId": ["d-planned0"], "EventId": ["e-stalled"]}, 1),
        ({"EventType": "Degraded"}, 0),
    ]:
        assert ecs.call("DescribeDisksFullStatus", **given).total_count == count


def test_shows_what_events_say_of_themselves(ecs, stand):
    events = {event.event_id: event for event in ecs.events()}
    asks = events["e-disk"]
    assert (asks.event_cycle_status.code, asks.not_before) == (28, None)
    assert asks.extended_attribute.disk_id == "d-disk1"
    assert asks.extended_attribute.device == "/dev/vdb"
    assert events["e-mute"].extended_attribute.can_accept == "false"
    planned = events["e-planned"]
    assert planned.event_type.code == 1
    assert planned.extended_attribute.initial_not_before > planned.not_before


def test_accepts_an_inquired_event(ecs, stand, sandbox):
    assert ecs.call("AcceptInquiredSystemEvent", EventId="e-asks").request_id
    until(ecs, "e-asks", "Executed")
    assert sandbox.calls()["totals"] == {"received": 1, "accepted": 1}


def test_replaces_a_disk_in_two_steps(ecs, stand):
    ecs.call("AcceptInquiredSystemEvent", EventId="e-disk")
    until(ecs, "e-disk", "Executing")
    time.sleep(3 * STEP_S)
    assert ecs.status("e-disk") == "Executing"
    assert ecs.anywhere("RebootInstance", InstanceId="i-disk", ForceStop=False).request_id
    until(ecs, "e-disk", "Executed")
    end = time.monotonic() + 20 * STEP_S
    while len(ecs.events(ResourceId=["i-disk"])) == 1:
        assert time.monotonic() < end, "the second step was not asked for"
        time.sleep(STEP_S / 4)
    second = ecs.events(ResourceId=["i-disk"])[0]
    assert second.event_type.name == "SystemMaintenance.RebootAndReInitErrorDisk"
    assert second.event_cycle_status.name == "Inquiring"


def test_reschedules_earlier_and_back_up_to_the_first_plan(ecs, stand):
    [event] = ecs.events(EventId=["e-planned"])
    named = {"EventId": "e-planned", "InstanceId": "i-planned"}
    for at in (in_seconds(3600), event.extended_attribute.initial_not_before):
        assert ecs.call("ModifySystemEventAttribute", NotBefore=at, **named).request_id
        [moved] = ecs.events(EventId=["e-planned"])
        assert moved.not_before == at
        assert moved.event_cycle_status.name == "Scheduled"


def test_redeploys_an_instance_as_often_as_it_is_told_to(ecs, stand, sandbox):
    # The SDK writes booleans in a way of its own.
    for _ in range(2):
        answer = ecs.anywhere("RedeployInstance", InstanceId="i-asks", ForceStop=True)
        assert answer.request_id and answer.task_id
    until(ecs, "e-asks", "Executed")
    assert sandbox.calls()["resources"] == [
        {"provider": "alibaba-ecs", "resource_id": "i-asks", "received": 2, "accepted": 2}
    ]


@pytest.mark.parametrize("mode", ["AllTogether", "SuccessFirst"])
def test_reboots_several(ecs, stand, mode):
    machines = ["i-planned", "i-asks"] + (["i-stopped"] if mode == "SuccessFirst" else [])
    given = {"InstanceId": machines, "BatchOptimization": mode, "ForceReboot": False}
    dry = ecs.call("RebootInstances", DryRun=True, **given).instance_responses.instance_response
    assert {item.code for item in dry[:2]} == {"DRYRUN.SUCCESS"}
    assert ecs.status("e-planned") == "Scheduled"
    items = ecs.call("RebootInstances", **given).instance_responses.instance_response
    expected = [("i-planned", "200"), ("i-asks", "200"), ("i-stopped", "IncorrectInstanceStatus")]
    assert [(item.instance_id, item.code) for item in items] == expected[: len(machines)]
    until(ecs, "e-planned", "Avoided")


def test_simulates_and_cancels(ecs, stand):
    given = {"EventType": "SystemMaintenance.Reboot", "InstanceId": ["i-asks", "i-planned"]}
    created = ecs.call(
        "CreateSimulatedSystemEvents", NotBefore=in_seconds(3600), TriggerRealOps=False, **given
    )
    made = created.event_id_set.event_id
    events = ecs.events(EventId=made)
    assert {event.instance_id for event in events} == {"i-asks", "i-planned"}
    for event in events:
        assert (event.reason, event.event_cycle_status.name) == ("A simulated event.", "Scheduled")
    assert ecs.call("CancelSimulatedSystemEvents", EventId=made[:1]).request_id
    assert ecs.status(made[0]) == "Canceled"
    ecs.anywhere("RebootInstance", InstanceId="i-planned")
    until(ecs, made[1], "Avoided")


def test_looks_instances_and_their_disks_up(ecs, stand):
    wanted = json.dumps(["i-asks", "i-planned", "i-none"])
    page = ecs.call("DescribeInstances", InstanceIds=wanted, PageSize=100)
    found = {one.instance_id: one for one in page.instances.instance}
    assert found.keys() == {"i-asks", "i-planned"}
    one, other = found["i-asks"], found["i-planned"]
    assert (one.instance_name, one.zone_id, one.local_storage_amount) == ("checkout-prod-01", "cn-hangzhou-h", 2)
    assert (other.instance_name, other.local_storage_amount) == ("search prod 02 +%&", None)
    tags = {tag.tag_key: tag.tag_value for tag in other.tags.tag}
    assert tags == {"owner": "平台", "service": "search"}

    walked, more = [], {}
    while True:
        page = ecs.call("DescribeInstances", MaxResults=3, **more)
        walked += page.instances.instance
        if not page.next_token:
            break
        more = {"NextToken": page.next_token}
    assert len({one.instance_id for one in walked}) == len(walked) > 6
    tagged = ecs.call("DescribeInstances", Tag=[{"Key": "owner", "Value": "平台"}])
    assert "i-planned" in {one.instance_id for one in tagged.instances.instance}

    disks = ecs.call("DescribeDisks", InstanceId="i-asks", MaxResults=500).disks.disk
    assert [disk.category for disk in disks] == ["cloud_essd", "local_ssd_pro", "local_ssd_pro"]


def test_takes_the_temporary_key_of_the_other_service(sandbox, wire):
    keys = sandbox.keys
    config = {
        "access_key_id": keys["ALIBABA_CLOUD_ACCESS_KEY_ID_TEMPORARY"],
        "access_key_secret": keys["ALIBABA_CLOUD_ACCESS_KEY_SECRET_TEMPORARY"],
        "security_token": keys["ALIBABA_CLOUD_SECURITY_TOKEN_TEMPORARY"],
    }
    assert AlibabaEcs(wire.address, keys, **config).events()
    del config["security_token"]
    with pytest.raises(Exception) as caught:
        AlibabaEcs(wire.address, keys, **config).events()
    assert caught.value.status_code == 400
