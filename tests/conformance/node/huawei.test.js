'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Huawei, utc } = require('./clouds');
const { stage, until } = require('./stage');

const TYPES = ['instance-reboot', 'instance-stop', 'instance-migrate', 'instance-redeploy', 'localdisk-recovery', 'system-maintenance'];
const STATES = ['inquiring', 'scheduled', 'executing', 'completed', 'failed', 'canceled'];

const scene = stage();
const client = () => new Huawei(scene.wire.endpoint, scene.keys);
const ids = (events) => events.map((event) => event.id);
/** The time five minutes before the deadline. */
const inTime = (event) => utc((Date.parse(event.not_before_deadline) - Date.now()) / 60_000 - 5);

test('walks all pages', async () => {
  const huawei = client();
  const everything = (await huawei.list()).events;
  assert.equal(everything.length, 100);
  for (const limit of [7, 33, 100]) assert.deepEqual(ids(await huawei.all({ limit })), ids(everything));
});

test('lists by every filter what a look at all of them finds', async () => {
  const huawei = client();
  const everything = await huawei.all();
  const middle = everything.map((event) => event.publish_time).sort()[50];
  const instance = everything[3].instance_id;
  const filters = [
    ...TYPES.map((one) => [{ type: [one] }, (event) => event.type === one]),
    ...STATES.map((one) => [{ state: [one] }, (event) => event.state === one]),
    [{ type: TYPES.slice(2, 4) }, (event) => TYPES.slice(2, 4).includes(event.type)],
    [{ state: ['scheduled', 'executing', 'inquiring'] }, (event) => STATES.slice(0, 3).includes(event.state)],
    [{ id: everything[0].id }, (event) => event.id === everything[0].id],
    [{ instanceId: [instance] }, (event) => event.instance_id === instance],
    [{ publishSince: middle }, (event) => event.publish_time >= middle],
    [{ publishUntil: middle }, (event) => event.publish_time <= middle],
  ];
  for (const [filter, wanted] of filters) {
    assert.deepEqual(ids((await huawei.list(filter)).events), ids(everything.filter(wanted)), JSON.stringify(filter));
  }
});

test('accepts with a time and with an empty object, and wants a body though the cloud does not', async () => {
  const huawei = client();
  const [withTime, withObject] = await huawei.all({ state: ['inquiring'] });
  assert.throws(() => huawei.accept(withObject.id), { name: 'RequiredError', field: 'body' });
  const not_before = inTime(withTime);
  const sent = [];
  for (const [event, body] of [[withTime, { not_before }], [withObject, {}]]) {
    assert.equal((await huawei.accept(event.id, body)).httpStatusCode, 204);
    sent.push(scene.wire.last.request.body.toString());
  }
  assert.deepEqual(sent, [JSON.stringify({ not_before }), '{}']);
  const after = await huawei.event(withTime.id);
  assert.deepEqual([after.state, after.not_before], ['scheduled', not_before]);
  await until(async () => ['executing', 'completed', 'failed'].includes((await huawei.event(withObject.id)).state));
});

test('updates what is scheduled', async () => {
  const huawei = client();
  const scheduled = await huawei.all({ state: ['scheduled'] });
  const event = scheduled.find((one) => Date.parse(one.not_before_deadline) > Date.now() + 600_000);
  const not_before = inTime(event);
  assert.equal((await huawei.update(event.id, { not_before })).httpStatusCode, 204);
  const after = await huawei.event(event.id);
  assert.deepEqual([after.state, after.not_before], ['scheduled', not_before]);
});

test('signs a query of any characters as the sandbox reads it', async () => {
  const huawei = client();
  for (const odd of ['a b', 'a+b', 'a/b', 'a%2Fb', 'é中😀𠀀', 'a?b#c', "~*'()!", 'a&b=c', 'a:b@c$d;e', '[]{}|^`"<>\\']) {
    assert.deepEqual((await huawei.list({ id: odd })).events, [], odd);
    // Refused for what it is, not for its signature.
    await assert.rejects(huawei.list({ marker: odd }), { httpStatusCode: 400, errorCode: 'Ecs.0005' });
  }
});

test('names and tags the servers of events', async () => {
  const huawei = client();
  const wanted = [...new Set((await huawei.all()).map((event) => event.instance_id))].slice(0, 20);
  const { count, servers } = await huawei.servers({ serverId: [...wanted, 'nobodys'].join() });
  assert.equal(count, 21);
  const nobody = servers.pop();
  assert.deepEqual(ids(servers), wanted);
  assert.ok(servers.every((one) => one.name && one.status && one['OS-EXT-AZ:availability_zone']));
  assert.ok(servers.some((one) => one.tags.some((tag) => tag.startsWith('service='))));
  assert.deepEqual([nobody.id, nobody.name, nobody.tags], ['nobodys', null, null]);
});
