'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const rows = require('../refusals.json');
const { OpenApiUtil, TeaUtil } = require('./clouds');

/**
 * What is provoked alike at every cloud that has a row for it. A stage has `list`, which asks for a page of ten with a
 * key that may have another `id`, `secret` or `token`, and `size`, what a page's size is called there.
 */
const EVERYWHERE = {
  'wrong secret': ({ list }) => list({ secret: 'wrong' }),
  'unknown key': ({ list }) => list({ id: 'LTAIunknown' }),
  'no signature': ({ wire, list }) => {
    wire.tamper = unsigned;
    return list();
  },
  'clock 20 minutes slow': ({ list }) => withClockOff(-20, list),
  'clock 20 minutes fast': ({ list }) => withClockOff(20, list),
  'replayed nonce': ({ list }) => withNonceRepeated(() => twice(list)),
  'tampered query': ({ wire, list, size }) => {
    wire.tamper = replaced(`${size}=10`, `${size}=11`);
    return list();
  },
  'token of another key': ({ list }) => list({ token: 'wrong' }),
};

/**
 * A test for each row of `refusals.json` that this SDK has, and one that none is left out. What only this cloud has is in
 * `provoked`, by the refusal's name; a row that says itself which call it is of goes to the stage's `ofRow`.
 */
function refusals(scene, cloud, sdk, provoked, stage) {
  const mine = rows.filter((row) => row.cloud === cloud && sdk in row.surfaces);
  const rest = mine.filter((row) => !row.call && !(row.refusal in EVERYWHERE));
  for (const row of mine) {
    const provoke = row.call ? ({ ofRow }) => ofRow(row) : { ...EVERYWHERE, ...provoked }[row.refusal];
    test(row.refusal, async () => {
      const shown = await surfaced(() => provoke(stage(scene)));
      const { answer } = scene.wire.last;
      assert.equal(onTheWire(cloud, answer), `${row.status} ${row.code}`);
      assert.equal(shown, row.surfaces[sdk]);
      const { totals } = await scene.sandbox.control('GET', 'calls');
      assert.equal(totals.accepted, row.done ?? 0, 'refused is not done: only what came before it is');
      scene.refusals += 1;
    });
  }
  test('every row is provoked, and everything provoked has a row', () => {
    assert.deepEqual(Object.keys(provoked).sort(), rest.map((row) => row.refusal).sort());
  });
}

/** The error as `Name status code`, or the code of the first item where nothing was thrown. */
async function surfaced(call) {
  try {
    const results = await call();
    if (results.instanceResponses) return `InstanceResponse[0].Code ${results.instanceResponses.instanceResponse[0].code}`;
    return `Results[0].Code ${results[0].Code}`;
  } catch (error) {
    const status = error.data?.statusCode ?? error.statusCode ?? error.httpStatusCode;
    return `${error.name} ${status} ${error.code ?? error.errorCode}`;
  }
}

function onTheWire(cloud, { status, body }) {
  const said = JSON.parse(body);
  if (status === 200 && cloud === 'ecs') {
    return `200 InstanceResponse[0].Code ${said.InstanceResponses.InstanceResponse[0].Code}`;
  }
  if (status === 200) return `200 Results[0].Code ${said.Results[0].Code}`;
  return `${status} ${['ecs', 'ens'].includes(cloud) ? said.Code : (said.error_code ?? said.error.code)}`;
}

/** Calls with a clock that is off. */
async function withClockOff(minutes, call) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...args) {
      super(...(args.length === 0 ? [Shifted.now()] : args));
    }
    static now() {
      return Real.now() + minutes * 60_000;
    }
  };
  const Shifted = globalThis.Date;
  try {
    return await call();
  } finally {
    globalThis.Date = Real;
  }
}

/** Calls with the same nonce every time. */
async function withNonceRepeated(call) {
  // Alibaba Cloud's SDKs have one each.
  const makers = [TeaUtil.default, OpenApiUtil];
  const real = makers.map((maker) => maker.getNonce);
  for (const maker of makers) maker.getNonce = () => 'used-twice';
  try {
    return await call();
  } finally {
    makers.forEach((maker, index) => (maker.getNonce = real[index]));
  }
}

/** What a tamperer does to a call under way: a text of the query becomes another one. */
function replaced(old, text) {
  return (request) => {
    assert.ok(request.target.includes(old), request.target);
    return { ...request, target: request.target.replace(old, text) };
  };
}

/** A key in the words of an SDK, as far as it is another one. */
const spelled = (key, words) => Object.fromEntries(Object.entries(key).map(([part, given]) => [words[part], given]));

/** Calls once more, and answers with that. */
const twice = async (call) => {
  await call();
  return call();
};

const unsigned = (request) => ({
  ...request,
  headers: request.headers.filter(([name]) => name.toLowerCase() !== 'authorization'),
});

module.exports = { refusals, spelled, twice };
