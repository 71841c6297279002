'use strict';
const assert = require('node:assert/strict');
const { beforeEach, test } = require('node:test');
const stand = require('../ecs-stand.json');
const { ECS_STATUSES, AlibabaEcs, utc } = require('./clouds');
const { stage, until } = require('./stage');

const LIST = 'DescribeInstanceHistoryEvents';
const scene = stage();
const ids = (events) => events.map((event) => event.eventId);
let ecs;
beforeEach(() => {
  ecs = new AlibabaEcs(scene.wire.address, scene.keys);
});
/** The events and machines that orders need, in place of the made-up ones. */
const put = () => scene.sandbox.control('PUT', 'state', stand);
const becomes = (id, status) => until(async () => (await ecs.status(id)) === status);

test('lists nothing open unless it is asked for', async () => {
  const page = await ecs.call(LIST, { MaxResults: 100 });
  const shown = page.instanceSystemEventSet.instanceSystemEventType.map((event) => event.eventCycleStatus.name);
  assert.deepEqual([...new Set(shown)].sort(), ['Avoided', 'Canceled', 'Executed', 'Failed']);
  const everything = await ecs.events();
  assert.deepEqual(new Set(everything.map((event) => event.eventCycleStatus.name)), new Set(ECS_STATUSES));
});

test('walks by token and by number', async () => {
  const everything = ids(await ecs.events());
  assert.equal(new Set(everything).size, everything.length);
  assert.deepEqual(ids(await ecs.events({ MaxResults: 10 })), everything);
  const walked = [];
  for (let PageNumber = 1; PageNumber <= 4; PageNumber += 1) {
    const page = await ecs.call(LIST, { InstanceEventCycleStatus: ECS_STATUSES, PageNumber, PageSize: 30 });
    assert.equal(page.totalCount, everything.length);
    walked.push(...ids(page.instanceSystemEventSet.instanceSystemEventType));
  }
  assert.deepEqual(walked, everything);
});

test('lists by every filter what a look at all of them finds', async () => {
  const everything = await ecs.events();
  const [first, second] = everything;
  const types = [...new Set(everything.map((event) => event.eventType.name))];
  const published = everything.map((event) => event.eventPublishTime).sort();
  const [Start, End] = [published[20], published[60]];
  for (const [filter, wanted] of [
    ...ECS_STATUSES.map((one) => [{ InstanceEventCycleStatus: [one] }, (event) => event.eventCycleStatus.name === one]),
    ...types.map((one) => [{ InstanceEventType: [one] }, (event) => event.eventType.name === one]),
    [{ EventId: [first.eventId, second.eventId] }, (event) => [first, second].includes(event)],
    [{ ResourceId: [first.instanceId] }, (event) => event.instanceId === first.instanceId],
    [{ EventPublishTime: { Start, End } }, (event) => Start <= event.eventPublishTime && event.eventPublishTime <= End],
  ]) {
    assert.deepEqual(ids(await ecs.events(filter)), ids(everything.filter(wanted)), JSON.stringify(filter));
  }
});

test('tells of hosts and disks apart', async () => {
  await put();
  assert.deepEqual(ids(await ecs.events({ ResourceType: 'ddh' })), ['e-host']);
  const { diskFullStatusSet } = await ecs.call('DescribeDisksFullStatus', { EventType: 'Stalled' });
  const [disk] = diskFullStatusSet.diskFullStatusType;
  assert.deepEqual([disk.diskId, disk.instanceId], ['d-planned0', 'i-planned']);
  assert.equal(disk.diskEventSet.diskEventType[0].eventId, 'e-stalled');
});

test('accepts an inquired event', async () => {
  await put();
  assert.ok((await ecs.call('AcceptInquiredSystemEvent', { EventId: 'e-asks' })).requestId);
  await becomes('e-asks', 'Executed');
});

test('replaces a disk in two steps', async () => {
  await put();
  await ecs.call('AcceptInquiredSystemEvent', { EventId: 'e-disk' });
  await becomes('e-disk', 'Executing');
  assert.ok((await ecs.anywhere('RebootInstance', { InstanceId: 'i-disk', ForceStop: false })).requestId);
  await becomes('e-disk', 'Executed');
  await until(async () => (await ecs.events({ ResourceId: ['i-disk'] })).length === 2);
});

test('reschedules earlier and back up to the first plan', async () => {
  await put();
  const [event] = await ecs.events({ EventId: ['e-planned'] });
  for (const NotBefore of [utc(60), event.extendedAttribute.initialNotBefore]) {
    await ecs.call('ModifySystemEventAttribute', { EventId: 'e-planned', InstanceId: 'i-planned', NotBefore });
    assert.equal((await ecs.events({ EventId: ['e-planned'] }))[0].notBefore, NotBefore);
  }
});

test('redeploys an instance as often as it is told to', async () => {
  await put();
  for (let count = 0; count < 2; count += 1) {
    assert.ok((await ecs.anywhere('RedeployInstance', { InstanceId: 'i-asks', ForceStop: true })).taskId);
  }
  await becomes('e-asks', 'Executed');
  const { resources } = await scene.sandbox.control('GET', 'calls');
  assert.deepEqual(resources, [{ provider: 'alibaba-ecs', resource_id: 'i-asks', received: 2, accepted: 2 }]);
});

for (const [BatchOptimization, machines] of [
  ['AllTogether', ['i-planned', 'i-asks']],
  ['SuccessFirst', ['i-planned', 'i-asks', 'i-stopped']],
]) {
  test(`reboots several, ${BatchOptimization}`, async () => {
    await put();
    const asked = { InstanceId: machines, BatchOptimization };
    const items = async (more) =>
      (await ecs.call('RebootInstances', { ...asked, ...more })).instanceResponses.instanceResponse.map((item) => item.code);
    assert.deepEqual((await items({ DryRun: true })).slice(0, 2), ['DRYRUN.SUCCESS', 'DRYRUN.SUCCESS']);
    const expected = ['200', '200', 'IncorrectInstanceStatus'];
    assert.deepEqual(await items({ ForceReboot: false }), expected.slice(0, machines.length));
    await becomes('e-planned', 'Avoided');
  });
}

test('simulates and cancels', async () => {
  await put();
  const asked = { EventType: 'SystemMaintenance.Reboot', InstanceId: ['i-asks'], NotBefore: utc(60), TriggerRealOps: false };
  const [id] = (await ecs.call('CreateSimulatedSystemEvents', asked)).eventIdSet.eventId;
  const [event] = await ecs.events({ EventId: [id] });
  assert.deepEqual([event.reason, event.eventCycleStatus.name], ['A simulated event.', 'Scheduled']);
  await ecs.call('CancelSimulatedSystemEvents', { EventId: [id] });
  assert.equal(await ecs.status(id), 'Canceled');
});

test('looks instances and their disks up', async () => {
  await put();
  const asked = { InstanceIds: JSON.stringify(['i-asks', 'i-planned', 'i-none']), PageSize: 100 };
  const { instances } = await ecs.call('DescribeInstances', asked);
  const told = instances.instance.map((one) => [one.instanceId, one.instanceName, one.localStorageAmount]);
  assert.deepEqual(told, [
    ['i-asks', 'checkout-prod-01', 2],
    ['i-planned', 'search prod 02 +%&', undefined],
  ]);
  const tags = instances.instance[1].tags.tag.map((tag) => [tag.tagKey, tag.tagValue]);
  assert.deepEqual(tags, [
    ['owner', '平台'],
    ['service', 'search'],
  ]);
  const page = await ecs.call('DescribeInstances', { Tag: [{ Key: 'owner', Value: '平台' }], MaxResults: 100 });
  assert.ok(page.instances.instance.some((one) => one.instanceId === 'i-planned'));
  const { disks } = await ecs.call('DescribeDisks', { InstanceId: 'i-asks' });
  assert.deepEqual(disks.disk.map((disk) => disk.category), ['cloud_essd', 'local_ssd_pro', 'local_ssd_pro']);
});
