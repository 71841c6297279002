'use strict';
const stand = require('../ecs-stand.json');
const { AlibabaEcs, utc } = require('./clouds');
const { refusals, spelled } = require('./refusal');
const { stage } = require('./stage');

const LIST = 'DescribeInstanceHistoryEvents';

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
  const client = (key = {}) =>
    new AlibabaEcs(wire.address, keys, spelled(key, { id: 'accessKeyId', secret: 'accessKeySecret', token: 'securityToken' }));
  const ecs = client();
  const list = (key) => client(key).call(LIST, { MaxResults: 10 });
  const ofRow = async ({ before = [], call: [action, params], fault }) => {
    await sandbox.control('PUT', 'state', stand);
    for (const [action, params] of before) await ecs.anywhere(action, read(params));
    if (fault) {
      const of = { operation: action, provider: 'alibaba-ecs', times: 1 };
      await sandbox.control('POST', 'faults', { ...of, ...fault });
    }
    return ecs.anywhere(action, read(params));
  };
  return { wire, size: 'MaxResults', ecs, list, ofRow };
};

// The others say themselves which call they are of, for this SDK and that for Python alike.
refusals(stage(), 'ecs', 'ecs-node', {
  'unknown action': ({ ecs }) => ecs.unknown('ForgetInstance'),
}, on);
