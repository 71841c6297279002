'use strict';
const { after, afterEach, before, beforeEach } = require('node:test');
const { Sandbox } = require('./program');
const { Wire } = require('./wire');

/** How long the simulated clouds stay in each state, in ms. */
const STEP = 200;

/** A sandbox for all tests of a file, with a fresh fleet and a hop of its own for each. */
function stage() {
  const scene = { refusals: 0 };
  before(async () => {
    scene.sandbox = await Sandbox.start('--step', `${STEP}ms`, '--events', '300');
    scene.keys = scene.sandbox.keys;
  });
  beforeEach(async () => {
    await scene.sandbox.reset();
    scene.wire = await Wire.open(scene.sandbox.endpoint);
  });
  afterEach(() => scene.wire.close());
  after(() => scene.sandbox.stop(scene.refusals));
  return scene;
}

/** The clouds work in steps; a few of them are waited for. */
async function until(check) {
  const end = Date.now() + 20 * STEP;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('the events did not move on');
    await new Promise((resolve) => setTimeout(resolve, STEP / 4));
  }
}

module.exports = { stage, until };
