'use strict';
const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { ENS_TYPES, MIGRATE, REBOOT, REDEPLOY, Ens } = require('./clouds');
const { stage, until } = require('./stage');

const LEVELS = ['CRITICAL', 'WARN', 'INFO'];
const STATUSES = ['Inquiring', 'Scheduled', 'Executing', 'Executed', 'Failed', 'Canceled', 'Avoided'];
// 30 characters, the most there may be, with what trips encoders.
const PASSWORD = 'Aa1 +*~%&="\'\\/?#<>{}|^`é中😀𠀀(!)';
const KINDS = { Redeploy: REDEPLOY, Migrate: MIGRATE, Reboot: REBOOT };

const scene = stage();
const now = ({ EventId, ResourceId }) => ({ EventId, ResourceId, OpsType: 'immediate' });
const later = (event) => ({ ...now(event), OpsType: 'scheduled', PlanTime: Date.now() + 3_600_000 });
const accepted = (events) => events.map(({ EventId, ResourceId }) => [200, EventId, ResourceId]);
const told = (results) => results.map(({ Code, EventId, ResourceId }) => [Code, EventId, ResourceId]);

for (const [signature, config] of [
  ['ACS3', {}],
  ['RPC v1', { signatureAlgorithm: 'v2' }],
]) {
  describe(`the ENS SDK, signing as ${signature}`, () => {
    const client = () => new Ens(scene.wire.address, scene.keys, config);

    test('walks all pages of all types', async () => {
      const ens = client();
      const ids = new Set();
      for (let PageNumber = 1; PageNumber <= 15; PageNumber += 1) {
        const page = await ens.list({ PageNumber, PageSize: 7 });
        assert.equal(page.TotalCount, 100);
        assert.equal(page.Events.length, PageNumber < 15 ? 7 : 2);
        for (const event of page.Events) ids.add(event.EventId);
      }
      assert.equal(ids.size, 100);
    });

    test('lists by every filter what a look at all of them finds', async () => {
      const ens = client();
      const everything = (await ens.list({ PageSize: 100 })).Events;
      const resources = everything.slice(0, 3).map((event) => event.ResourceId);
      const filters = [
        ...ENS_TYPES.map((one) => [{ EventTypes: one }, (event) => event.EventType === one]),
        ...STATUSES.map((one) => [{ EventStatus: one }, (event) => event.EventStatus === one]),
        ...LEVELS.map((one) => [{ EventLevels: one }, (event) => event.EventLevel === one]),
        [{ EventStatus: 'Inquiring,Scheduled' }, (event) => STATUSES.slice(0, 2).includes(event.EventStatus)],
        [{ ResourceIds: resources.join() }, (event) => resources.includes(event.ResourceId)],
      ];
      for (const [filter, wanted] of filters) {
        const found = (await ens.list({ PageSize: 100, ...filter })).Events;
        assert.deepEqual(found, everything.filter(wanted), JSON.stringify(filter));
      }
    });

    for (const [verb, types] of Object.entries(KINDS)) {
      const policy = verb === 'Migrate' ? { DataPolicy: 'force_transfer' } : {};

      test(`${verb}: acts on a batch now and later`, async () => {
        const ens = client();
        const [first, second] = await ens.inquiring(types);
        const infos = [{ ...now(first), ...policy }, { ...later(second), ...policy }];
        const results = await ens.batch(`BatchEvent${verb}Instance`, infos);
        assert.deepEqual(told(results), accepted([first, second]));
        await until(async () => ['Executed', 'Failed'].includes(await ens.status(first)));
        assert.equal(await ens.status(second), 'Scheduled');
      });

      test(`${verb}: acts on single events`, async () => {
        const ens = client();
        const [first, second] = await ens.inquiring(types);
        assert.ok((await ens.call(`Event${verb}Instance`, { ...now(first), ...policy })).RequestId);
        assert.ok((await ens.call(`Event${verb}Instance`, { ...later(second), ...policy })).RequestId);
        assert.equal(await ens.status(second), 'Scheduled');
      });
    }

    for (const DataPolicy of ['abandon', 'try_transfer', 'force_transfer']) {
      test(`migrates with ${DataPolicy} and a password of odd characters`, async () => {
        const ens = client();
        const [event] = await ens.inquiring(MIGRATE);
        assert.equal([...PASSWORD].length, 30);
        const results = await ens.batch('BatchEventMigrateInstance', [{ ...now(event), DataPolicy, Password: PASSWORD }]);
        assert.deepEqual(told(results), accepted([event]));
      });
    }

    test('signs ids of any characters as the sandbox reads them', async () => {
      const ens = client();
      for (const odd of ['a b', 'a+b', 'a/b', 'a%2Fb', 'é中😀𠀀', 'a?b#c', "~*'()!", 'a&b=c', '[]{}|^`"<>\\']) {
        const params = { EventId: `e-${odd}`, ResourceId: 'i-none', OpsType: 'immediate' };
        // Refused for what it is, not for its signature.
        await assert.rejects(ens.call('EventRebootInstance', params), { code: 'InvalidEventId.NotFound' });
        assert.deepEqual(told(await ens.batch('BatchEventRebootInstance', [params])), [[404, params.EventId, 'i-none']]);
      }
    });
  });
}

test('names and tags the instances of events', async () => {
  const ens = new Ens(scene.wire.address, scene.keys);
  const { Events: events } = await ens.list({ PageSize: 100 });
  const wanted = [...new Set(events.map((event) => event.ResourceId))].filter((id) => id.startsWith('i-')).slice(0, 20).sort();
  const page = await ens.call('DescribeInstances', { InstanceIds: JSON.stringify([...wanted, 'i-nobodys']), PageSize: 100 });
  assert.deepEqual(page.Instances.Instance.map((one) => one.InstanceId), wanted);
  assert.ok(page.Instances.Instance.every((one) => one.InstanceName));
  const asked = Object.fromEntries(wanted.map((id, index) => [`ResourceId.${index + 1}`, id]));
  const { TagResources: tags } = await ens.call('ListTagResources', { ResourceType: 'instance', ...asked });
  assert.ok(tags.some((tag) => tag.TagKey === 'service' && wanted.includes(tag.ResourceId)));
});
