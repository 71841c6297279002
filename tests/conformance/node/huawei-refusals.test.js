'use strict';
const { Huawei, utc } = require('./clouds');
const { refusals, spelled } = require('./refusal');
const { stage } = require('./stage');

/** What a refusal is made with. */
const on = ({ sandbox, wire, keys }) => {
  const client = (key = {}) =>
    new Huawei(wire.endpoint, keys, spelled(key, { id: 'ak', secret: 'sk', token: 'token', project: 'project' }));
  const huawei = client();
  const list = (key) => client(key).list({ limit: 10 });
  /** An event in this state whose deadline is far enough away. */
  const ofState = async (state) => {
    const events = await huawei.all({ state: [state] });
    return events.find((event) => Date.parse(event.not_before_deadline) > Date.now() + 600_000);
  };
  const accept = async (body, state = 'inquiring') => huawei.accept((await ofState(state)).id, body);
  const update = async (body, state = 'scheduled') => huawei.update((await ofState(state)).id, body);
  const faulty = async (fault) => {
    await sandbox.control('POST', 'faults', { operation: 'ListScheduledEvents', times: 1, ...fault });
    return huawei.list();
  };
  return { wire, size: 'limit', huawei, list, ofState, accept, update, faulty };
};

const body = (not_before) => ({ not_before });

refusals(stage(), 'huawei', 'huawei-node', {
  'tampered body': async ({ wire, huawei, ofState }) => {
    const { id } = await ofState('inquiring');
    wire.tamper = (request) => ({ ...request, body: Buffer.from('{}') });
    return huawei.accept(id, body(utc(5)));
  },
  'another project': ({ list }) => list({ project: 'another' }),
  '`limit` above 100': ({ huawei }) => huawei.list({ limit: 101 }),
  'unknown `marker`': ({ huawei }) => huawei.list({ marker: 'nobody' }),
  'unknown `state`': ({ huawei }) => huawei.list({ state: ['Inquiring'] }),
  'bad `publish_since`': ({ huawei }) => huawei.list({ publishSince: 'yesterday' }),
  'body that is no JSON': ({ accept }) => accept('{"not_before'),
  'bad `not_before`': ({ accept }) => accept(body('soon')),
  '`not_before` in the past': ({ accept }) => accept(body('2020-01-01T00:00:00Z')),
  'update without `not_before`': ({ update }) => update({}),
  'accept past the deadline': async ({ huawei, ofState }) => {
    const event = await ofState('inquiring');
    return huawei.accept(event.id, body(event.not_before_deadline));
  },
  'update past the deadline': async ({ huawei, ofState }) => {
    const event = await ofState('scheduled');
    return huawei.update(event.id, body(event.not_before_deadline));
  },
  'accept of what is not `inquiring`': ({ accept }) => accept({}, 'scheduled'),
  'update of what is not `scheduled`': ({ update }) => update(body(utc(5)), 'inquiring'),
  'accept of an unknown id': ({ huawei }) => huawei.accept('nobody', {}),
  'update of an unknown id': ({ huawei }) => huawei.update('nobody', body(utc(5))),
  throttled: ({ faulty }) => faulty({ kind: 'throttle', retry_after_s: 2 }),
  'no permission': ({ faulty }) => faulty({ kind: 'error', status: 403 }),
  'internal error': ({ faulty }) => faulty({ kind: 'error', status: 500 }),
  unavailable: ({ faulty }) => faulty({ kind: 'error', status: 503 }),
}, on);
