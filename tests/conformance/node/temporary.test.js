'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Ens, Huawei } = require('./clouds');
const { stage } = require('./stage');

const scene = stage();

for (const signatureAlgorithm of [undefined, 'v2']) {
  test(`ENS takes a temporary key with its token and not without (${signatureAlgorithm ?? 'ACS3'})`, async () => {
    const { keys, wire } = scene;
    const key = {
      accessKeyId: keys.ALIBABA_CLOUD_ACCESS_KEY_ID_TEMPORARY,
      accessKeySecret: keys.ALIBABA_CLOUD_ACCESS_KEY_SECRET_TEMPORARY,
      signatureAlgorithm,
    };
    const securityToken = keys.ALIBABA_CLOUD_SECURITY_TOKEN_TEMPORARY;
    const page = await new Ens(wire.address, keys, { ...key, securityToken }).list();
    assert.equal(page.TotalCount, 100);
    await assert.rejects(new Ens(wire.address, keys, key).list(), (error) => error.data.statusCode === 400);
  });
}

test('Huawei takes a temporary key with its token and not without', async () => {
  const { keys, wire } = scene;
  const pair = { ak: keys.HUAWEICLOUD_SDK_AK_TEMPORARY, sk: keys.HUAWEICLOUD_SDK_SK_TEMPORARY };
  const token = keys.HUAWEICLOUD_SDK_SECURITY_TOKEN_TEMPORARY;
  assert.equal((await new Huawei(wire.endpoint, keys, { ...pair, token }).list()).events.length, 100);
  await assert.rejects(new Huawei(wire.endpoint, keys, pair).list(), { httpStatusCode: 401, errorCode: 'APIGW.0301' });
});
