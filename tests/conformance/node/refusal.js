'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const rows = require('../refusals.json');
const { OpenApiUtil, TeaUtil } = require('./clouds');

/**
 * A test for each row of `refusals.json` that this SDK has, and one that none is left out.
 * `provoked` has a function for each refusal.
 */
function refusals(scene, cloud, sdk, provoked, on) {
  const mine = rows.filter((row) => row.cloud === cloud && sdk in row.surfaces);
  for (const row of mine) {
    test(row.refusal, async () => {
      const shown = await surfaced(() => provoked[row.refusal](on(scene)));
      const { answer } = scene.wire.last;
      assert.equal(onTheWire(cloud, answer), `${row.status} ${row.code}`);
      assert.equal(shown, row.surfaces[sdk]);
      scene.refusals += 1;
    });
  }
  test('every row is provoked, and everything provoked has a row', () => {
    assert.deepEqual(Object.keys(provoked).sort(), mine.map((row) => row.refusal).sort());
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

const unsigned = (request) => ({
  ...request,
  headers: request.headers.filter(([name]) => name.toLowerCase() !== 'authorization'),
});

module.exports = { refusals, replaced, surfaced, onTheWire, unsigned, withClockOff, withNonceRepeated };
