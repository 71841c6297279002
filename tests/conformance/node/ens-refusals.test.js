'use strict';
const { MIGRATE, REBOOT, Ens } = require('./clouds');
const { refusals, twice, spelled } = require('./refusal');
const { stage } = require('./stage');

/** What a refusal is made with. */
const on = ({ sandbox, wire, keys }) => {
  const client = (key = {}) =>
    new Ens(wire.address, keys, spelled(key, { id: 'accessKeyId', secret: 'accessKeySecret', token: 'securityToken' }));
  const ens = client();
  const list = (key) => client(key).list({ EventTypes: REBOOT[0], PageSize: 10 });
  const info = async (types, fields) => {
    const [{ EventId, ResourceId }] = await ens.inquiring(types);
    return { EventId, ResourceId, OpsType: 'immediate', ...fields };
  };
  const reboot = async (fields) => ens.batch('BatchEventRebootInstance', [await info(REBOOT, fields)]);
  const migrate = async (fields) => ens.batch('BatchEventMigrateInstance', [await info(MIGRATE, fields)]);
  const scheduled = (PlanTime, more) => migrate({ OpsType: 'scheduled', PlanTime, ...more });
  const faulty = async (fault) => {
    await sandbox.control('POST', 'faults', { operation: 'DescribeHistoryEvents', times: 1, ...fault });
    return list();
  };
  return { wire, size: 'PageSize', ens, list, info, reboot, migrate, scheduled, faulty };
};

const UNKNOWN = { EventId: 'e-none', ResourceId: 'i-none', OpsType: 'immediate' };

refusals(stage(), 'ens', 'ens-node', {
  'missing `EventTypes`': ({ ens }) => ens.call('DescribeHistoryEvents', { PageSize: 10 }),
  'unknown value in `EventTypes`': ({ ens }) => ens.list({ EventTypes: 'Instance:Unheard' }),
  'missing `EventInfos`': ({ ens }) => ens.call('BatchEventRebootInstance', {}),
  'empty `EventInfos`': ({ ens }) => ens.batch('BatchEventRebootInstance', []),
  '`EventInfos` that is no JSON': ({ ens }) => ens.call('BatchEventRebootInstance', { EventInfos: '[{' }),
  'missing `EventId`': ({ reboot }) => reboot({ EventId: undefined }),
  'missing `ResourceId`': ({ reboot }) => reboot({ ResourceId: undefined }),
  'missing `OpsType`': ({ reboot }) => reboot({ OpsType: undefined }),
  '`PlanTime` in the past': ({ scheduled }) => scheduled(Date.now() - 60_000),
  '`PlanTime` in seconds': ({ scheduled }) => scheduled(Math.floor(Date.now() / 1000) + 3600),
  '`PlanTime` as text': ({ scheduled }) => scheduled('tomorrow'),
  '`scheduled` without `PlanTime`': ({ scheduled }) => scheduled(undefined),
  'password with `scheduled`': ({ scheduled }) => scheduled(Date.now() + 3_600_000, { Password: 'AAaa1234' }),
  'password too short': ({ migrate }) => migrate({ Password: 'AAaa123' }),
  'unknown `DataPolicy`': ({ migrate }) => migrate({ DataPolicy: 'keep' }),
  'not `Inquiring`, in a batch': async ({ ens, info }) => {
    const infos = [await info(REBOOT)];
    return twice(() => ens.batch('BatchEventRebootInstance', infos));
  },
  'not `Inquiring`, single': async ({ ens, info }) => {
    const params = await info(REBOOT);
    return twice(() => ens.call('EventRebootInstance', params));
  },
  'another type of event, in a batch': async ({ ens, info }) =>
    ens.batch('BatchEventMigrateInstance', [await info(REBOOT)]),
  'another type of event, single': async ({ ens, info }) => ens.call('EventMigrateInstance', await info(REBOOT)),
  'unknown id, in a batch': ({ ens }) => ens.batch('BatchEventRebootInstance', [UNKNOWN]),
  'unknown id, single': ({ ens }) => ens.call('EventRebootInstance', UNKNOWN),
  'unknown action': ({ ens }) => ens.call('EventForgetInstance', UNKNOWN),
  throttled: ({ faulty }) => faulty({ kind: 'throttle' }),
  'throttled, with a hint': ({ faulty }) => faulty({ kind: 'throttle', retry_after_s: 2 }),
  'no permission': ({ faulty }) => faulty({ kind: 'error', status: 400, code: 'NoPermission' }),
  unavailable: ({ faulty }) => faulty({ kind: 'error', status: 503 }),
}, on);
