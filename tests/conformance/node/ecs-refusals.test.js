'use strict';
const rows = require('../refusals.json');
const stand = require('../ecs-stand.json');
const { AlibabaEcs, utc } = require('./clouds');
const { refusals, replaced, unsigned, withClockOff, withNonceRepeated } = require('./refusal');
const { stage } = require('./stage');

const LIST = 'DescribeInstanceHistoryEvents';
const mine = rows.filter((row) => row.cloud === 'ecs' && row.call);

/** A row's parameters: a time from now, or a list that is too long, is written short there. */
const read = (params) => Object.fromEntries(Object.entries(params).map(([name, given]) => [name, value(given)]));
const value = (given) => {
  if (/^[+-]\d+s$/.test(given)) return utc(Number.parseInt(given, 10) / 60);
  if (given.times) return Array(given.times).fill(given.of);
  if (given.json) return JSON.stringify(Array(given.json).fill(given.of));
  return given;
};

/** What a refusal is made with. */
const on = ({ sandbox, wire, keys }) => {
  const client = (config) => new AlibabaEcs(wire.address, keys, config);
  const ecs = client();
  const list = (client = ecs) => client.call(LIST, { MaxResults: 10 });
  const ofRow = async ({ before = [], call: [action, params], fault }) => {
    await sandbox.control('PUT', 'state', stand);
    for (const [action, params] of before) await ecs.anywhere(action, read(params));
    if (fault) {
      const of = { operation: action, provider: 'alibaba-ecs', times: 1 };
      await sandbox.control('POST', 'faults', { ...of, ...fault });
    }
    return ecs.anywhere(action, read(params));
  };
  return { wire, client, ecs, list, ofRow };
};

const twice = async (call) => {
  await call();
  return call();
};

refusals(stage(), 'ecs', 'ecs-node', {
  'wrong secret': ({ client, list }) => list(client({ accessKeySecret: 'wrong' })),
  'unknown key': ({ client, list }) => list(client({ accessKeyId: 'LTAIunknown' })),
  'no signature': ({ wire, list }) => {
    wire.tamper = unsigned;
    return list();
  },
  'clock 20 minutes slow': ({ list }) => withClockOff(-20, list),
  'clock 20 minutes fast': ({ list }) => withClockOff(20, list),
  'replayed nonce': ({ list }) => withNonceRepeated(() => twice(list)),
  'tampered query': ({ wire, list }) => {
    wire.tamper = replaced('MaxResults=10', 'MaxResults=11');
    return list();
  },
  'token of another key': ({ client, list }) => list(client({ securityToken: 'wrong' })),
  'unknown action': ({ ecs }) => ecs.unknown('ForgetInstance'),
  // The others say themselves which call they are of, for this SDK and that for Python alike.
  ...Object.fromEntries(mine.map((row) => [row.refusal, ({ ofRow }) => ofRow(row)])),
}, on);
