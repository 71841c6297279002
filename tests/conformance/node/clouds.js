'use strict';
const AlibabaEcsSdk = require('@alicloud/ecs20140526');
const { $OpenApiUtil, OpenApiUtil } = require('@alicloud/openapi-core');
const OpenApi = require('@alicloud/openapi-client');
const TeaUtil = require('@alicloud/tea-util');
const { cast, RuntimeOptions } = require('@darabonba/typescript');
const log4js = require('log4js');
const { BasicCredentials } = require('@huaweicloud/huaweicloud-sdk-core');
const ecs = require('@huaweicloud/huaweicloud-sdk-ecs/v2/public-api');

// Huawei's SDK prints every request that is refused, with its signature.
log4js.getLogger().level = 'off';

const REDEPLOY = ['Instance:SystemFailure.Redeploy', 'Instance:SystemMaintenance.Redeploy'];
const MIGRATE = ['Instance:SystemUpgrade.Migrate'];
const REBOOT = ['Instance:SystemFailure.Reboot', 'Instance:SystemMaintenance.Reboot'];
const ENS_TYPES = [
  ...REDEPLOY,
  ...MIGRATE,
  ...REBOOT,
  'Instance:RegionNetworkDown',
  'Disk:Stalled',
  'EnsRegion:NetworkMigration',
  'IP:SafeRisk',
  'IP:SafeBan',
];

/** `@alicloud/openapi-client`: its generic call, since ENS has no package of its own on npm. */
class Ens {
  constructor(address, keys, config = {}) {
    const key = {
      accessKeyId: keys.ALIBABA_CLOUD_ACCESS_KEY_ID,
      accessKeySecret: keys.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    };
    const place = { endpoint: address, protocol: 'http', regionId: 'cn-hangzhou' };
    this.client = new OpenApi.default(new OpenApi.Config({ ...place, ...key, ...config }));
  }

  async call(action, query) {
    const params = new OpenApi.Params({
      action,
      version: '2017-11-10',
      protocol: 'HTTP',
      method: 'POST',
      authType: 'AK',
      style: 'RPC',
      pathname: '/',
      reqBodyType: 'json',
      bodyType: 'json',
    });
    // It has no types for ENS: every value must be a text already.
    const texts = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
    const request = new OpenApi.OpenApiRequest({ query: texts });
    return (await this.client.callApi(params, request, new TeaUtil.RuntimeOptions({}))).body;
  }

  list(filters = {}) {
    return this.call('DescribeHistoryEvents', { EventTypes: ENS_TYPES.join(), ...filters });
  }

  async inquiring(types) {
    return (await this.list({ EventTypes: types.join(), EventStatus: 'Inquiring', PageSize: 100 })).Events;
  }

  async status({ EventId, EventType, ResourceId }) {
    const page = await this.list({ EventTypes: EventType, ResourceIds: ResourceId, PageSize: 100 });
    return page.Events.find((event) => event.EventId === EventId).EventStatus;
  }

  async batch(action, infos) {
    return (await this.call(action, { EventInfos: JSON.stringify(infos) })).Results;
  }
}

const ECS_STATUSES = ['Inquiring', 'Scheduled', 'Executing', 'Executed', 'Failed', 'Canceled', 'Avoided'];

/** `@alicloud/ecs20140526`, which has a class for each request. */
class AlibabaEcs {
  constructor(address, keys, config = {}) {
    const key = {
      accessKeyId: keys.ALIBABA_CLOUD_ACCESS_KEY_ID,
      accessKeySecret: keys.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    };
    const place = { endpoint: address, protocol: 'http', regionId: 'cn-hangzhou' };
    this.client = new AlibabaEcsSdk.default(new $OpenApiUtil.Config({ ...place, ...key, ...config }));
  }

  /** An action by the name and with the parameters that the cloud has for it. */
  async anywhere(action, params = {}) {
    const request = cast(params, new AlibabaEcsSdk[`${action}Request`]());
    return (await this.client[action[0].toLowerCase() + action.slice(1)](request)).body;
  }

  call(action, params = {}) {
    return this.anywhere(action, { RegionId: 'cn-hangzhou', ...params });
  }

  /** An action that the SDK does not have, by the generic call under its own ones. */
  async unknown(action) {
    const params = new $OpenApiUtil.Params({
      action,
      version: '2014-05-26',
      protocol: 'HTTPS',
      method: 'POST',
      authType: 'AK',
      style: 'RPC',
      pathname: '/',
      reqBodyType: 'formData',
      bodyType: 'json',
    });
    const request = new $OpenApiUtil.OpenApiRequest({ query: {} });
    return (await this.client.callApi(params, request, new RuntimeOptions({}))).body;
  }

  /** Every event in all states, page by page. */
  async events(filters = {}) {
    const events = [];
    for (let NextToken; ; ) {
      const asked = { InstanceEventCycleStatus: ECS_STATUSES, MaxResults: 100, ...filters };
      const page = await this.call('DescribeInstanceHistoryEvents', NextToken ? { ...asked, NextToken } : asked);
      events.push(...page.instanceSystemEventSet.instanceSystemEventType);
      NextToken = page.nextToken;
      if (!NextToken) return events;
    }
  }

  async status(id) {
    const [event] = await this.events({ EventId: [id] });
    return event.eventCycleStatus.name;
  }
}

/** `@huaweicloud/huaweicloud-sdk-ecs`. */
class Huawei {
  constructor(endpoint, keys, { ak, sk, project, token } = {}) {
    const credentials = new BasicCredentials()
      .withAk(ak ?? keys.HUAWEICLOUD_SDK_AK)
      .withSk(sk ?? keys.HUAWEICLOUD_SDK_SK)
      .withProjectId(project ?? keys.HUAWEICLOUD_SDK_PROJECT_ID);
    if (token !== undefined) credentials.withSecurityToken(token);
    this.client = ecs.EcsClient.newBuilder().withCredential(credentials).withEndpoint(endpoint).build();
  }

  list(filters = {}) {
    return this.client.listScheduledEvents(Object.assign(new ecs.ListScheduledEventsRequest(), filters));
  }

  /** Walks the pages until there is no marker, or an empty page. */
  async all(filters = {}) {
    const events = [];
    for (let marker; ; ) {
      const page = await this.list({ ...filters, marker });
      events.push(...page.events);
      marker = page.page_info.next_marker;
      if (!marker || page.events.length === 0) return events;
    }
  }

  async event(id) {
    return (await this.list({ id })).events[0];
  }

  servers(filters = {}) {
    return this.client.listServersDetails(Object.assign(new ecs.ListServersDetailsRequest(), filters));
  }

  accept(id, body) {
    return this.client.acceptScheduledEvent(Object.assign(new ecs.AcceptScheduledEventRequest(), { id, body }));
  }

  update(id, body) {
    return this.client.updateScheduledEvent(Object.assign(new ecs.UpdateScheduledEventRequest(), { id, body }));
  }
}

/** The time as Huawei and Alibaba Cloud ECS write it, some minutes from now. */
function utc(minutes) {
  return new Date(Date.now() + minutes * 60_000).toISOString().replace(/\.\d+/, '');
}

module.exports = {
  ECS_STATUSES,
  ENS_TYPES,
  REDEPLOY,
  MIGRATE,
  REBOOT,
  AlibabaEcs,
  Ens,
  Huawei,
  OpenApiUtil,
  TeaUtil,
  utc,
};
