// Made from the core's description by `BLESS=1 cargo test -p evenkeel-tests --test schema`; the
// functions stand in api.d.ts.

/** The name of an operation, as the provider spells it. */
export type OperationName = keyof ParamsByOperation;

/** The operations that act on events. */
export type ActOperation = Exclude<OperationName, ListOperation>;

/** The parameters of an operation. */
export type Params<N extends OperationName = OperationName> = ParamsByOperation[N];

/** The stable code of an issue. */
export type IssueCode = keyof IssueDataByCode;

/** An event that the rules are to know: one that `parseResponse` gave, or this much of it. */
export type KnownEvent = Pick<Event, "account" | "provider" | "id" | "resource_id"> & {
  type: Pick<EventType, "raw">;
  state: Pick<EventState, "raw">;
} & Partial<Omit<Event, "account" | "provider" | "id" | "resource_id" | "type" | "state">>;

export interface Options {
  /**
   * The time the rules go by: a `Date`, ms since the Unix epoch, or RFC 3339. Default: now. A number
   * that would be a time in seconds is refused.
   */
  now?: Date | number | string | undefined;
  /** Known events: rules about an event run for these, and are silent for others. */
  events?: readonly KnownEvent[] | EventTable | undefined;
  /**
   * The account that parsed events carry. Of the known `events` those of other accounts are none; those
   * without an account stay. Default: the empty text, with which all of them are known.
   */
  account?: string | undefined;
  /** Huawei's project, which stands in the path. Without it the path shows `{project_id}`. */
  project_id?: string | undefined;
  /** The region, at clouds whose calls name it. Without it they show `{region}`. */
  region?: string | undefined;
}

/** The input is fine; the issues are warnings. */
export interface Accepted<T> {
  readonly ok: true;
  readonly value: T;
  readonly issues: Issue[];
  readonly error?: never;
}

/** The input is refused: at least one of the issues is an error. */
export interface Refused {
  readonly ok: false;
  readonly value?: never;
  readonly issues: Issue[];
  readonly error?: never;
}

/** What was read of an answer. */
export interface Answered<T> {
  readonly ok: true;
  readonly value: T;
  readonly issues?: never;
  readonly error?: never;
}

/** The cloud said no, or nothing that can be read. */
export interface Failed {
  readonly ok: false;
  readonly value?: never;
  readonly issues?: never;
  readonly error: CloudError;
}

export type ValidateResult<N extends OperationName = OperationName> =
  | Accepted<Params<N>>
  | Refused;

export type RequestResult = Accepted<UnsignedRequest> | Refused;

/** A `Headers`, pairs, or an object such as Node's; of what is no text nothing is read. */
export type HttpHeaders =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>
  // `Headers` where the library's types know of no iteration.
  | { forEach(callback: (value: string, name: string) => void): void };

/** An answer as it came, with `fetch` or otherwise. */
export interface HttpResponse {
  status: number;
  headers?: HttpHeaders | undefined;
  body?: Uint8Array | ArrayBuffer | string | null | undefined;
}

/** A page of events. */
export interface Page<N extends ListOperation = ListOperation> {
  /** The events, in the cloud's order. */
  events: Event[];
  /** The parameters that read the next page; `null` after the last. */
  next: Params<N> | null;
  /** How many events there are in all, where the cloud says. */
  total: number | null;
  /** The cloud's id of the request. */
  request_id: string | null;
}

/** A page whose events nobody has looked at yet. */
export interface TablePage<N extends ListOperation = ListOperation> extends Omit<Page<N>, "events"> {
  /** The events, in the cloud's order. */
  events: EventTable;
}

/**
 * An event of a table while `filter` asks for it: a member is made when it is looked at, and none is
 * its own. `toJSON()` is the event itself.
 */
export interface EventView extends Readonly<Event> {
  toJSON(): Event;
}

/** What events are counted by. */
export type EventColumn = "type.raw" | "type.kind" | "state.raw" | "state.kind" | "level" | "source";

/**
 * Events of a page. They are read from the bytes of the answer, which therefore must stay as they
 * are.
 */
export interface EventTable extends Iterable<Event> {
  /** How many events there are. */
  readonly length: number;
  /** The event at a place; a negative one counts from the end. */
  at(index: number): Event | undefined;
  /** The events for which `keep` says yes, in their order. */
  filter(keep: (event: EventView, index: number) => unknown): EventTable;
  /** How many events have each value; one without a level or a source counts for none. */
  count(by: "type.kind"): Map<EventKind, number>;
  count(by: "state.kind"): Map<StateKind, number>;
  count(by: EventColumn): Map<string, number>;
  /** All of them. */
  toArray(): Event[];
  toJSON(): Event[];
}

/** What became of a call that acts. */
export interface Outcomes {
  /** One outcome an item, in the order of the parameters. */
  outcomes: ItemOutcome[];
  /** The cloud's error, where it answered the call as a whole with one. */
  error?: CloudError;
}

/** What an answer holds: events, or outcomes. */
export type Answer<N extends OperationName = OperationName> = N extends ListOperation
  ? Page<N>
  : Outcomes;

export type ResponseResult<N extends OperationName = OperationName> =
  | Answered<Answer<N>>
  | Failed
  | Refused;

export type TableResult<N extends ListOperation = ListOperation> =
  | Answered<TablePage<N>>
  | Failed
  | Refused;

/** The names of the operations. */
export declare function operations(): OperationName[];

/**
 * Checks parameters, spelled as the provider spells them. Every issue at once; bad input is a
 * value, never a throw. The input is taken as `JSON.stringify` takes it: own enumerable members,
 * `toJSON` where there is one, no member that is `undefined`.
 */
export declare function validate<N extends OperationName>(
  operation: N,
  params: unknown,
  options?: Options | null,
): ValidateResult<N>;

/** Checks parameters given as JSON text or bytes; sees repeated keys and inexact numbers, too. */
export declare function validateJson<N extends OperationName>(
  operation: N,
  json: Uint8Array | ArrayBuffer | string,
  options?: Options | null,
): ValidateResult<N>;

/** Builds the unsigned request for parameters; a `Password` stands in it as it is. */
export declare function buildRequest<N extends OperationName>(
  operation: N,
  params: Params<N>,
  options?: Options | null,
): RequestResult;

/**
 * Reads a cloud's answer to the operation: a list's into events, a batch's into outcomes, an error
 * of any shape into one. The parameters are the ones that were sent.
 */
export declare function parseResponse<N extends OperationName>(
  operation: N,
  params: Params<N>,
  response: HttpResponse,
  options?: Options | null,
): ResponseResult<N>;

/**
 * As `parseResponse` of a list, for those who filter and count: its events are a table, and bytes
 * are not copied.
 */
export declare function parseEvents<N extends ListOperation>(
  operation: N,
  params: Params<N>,
  response: HttpResponse,
  options?: Options | null,
): TableResult<N>;

/** An issue with or without what can be told from the rest, as `{ ...issue }` or a copy of it is. */
export type PlainIssue<Each extends Issue = Issue> = Each extends Issue
  ? Omit<Each, "pointer" | "location" | "message">
  : never;

/**
 * The text of an issue for a person: Chinese for a tag that begins with `zh`, English for any
 * other. An issue that went through JSON will do, and one of `evenkeel/validate`.
 */
export declare function message(issue: PlainIssue, locale?: "en" | "zh" | (string & {})): string;

/** A cloud. */
export type Provider = "ens" | "huawei-ecs" | "alibaba-ecs";

/** Something a customer may do about an event. */
export type Action = "redeploy" | "migrate" | "reboot" | "accept" | "reschedule";

/** What happens to the data of a migrated instance; the provider's default is `abandon`. */
export type DataPolicy = "abandon" | "try_transfer" | "force_transfer";

/** Whether an action loses data. */
export type DataLoss = "no" | "possible" | "certain";

/** How long an action takes its resource down; `for_good` until somebody starts it again. */
export type Down = "no" | "briefly" | "until_done" | "for_good";

/** What an event is about, in one list for all clouds. */
export type EventKind = "redeploy" | "migrate" | "reboot" | "stop" | "disk_recovery" | "system_maintenance" | "network" | "disk" | "security" | "other";

/** How far an event is, in one list for all clouds. */
export type StateKind = "inquiring" | "scheduled" | "executing" | "completed" | "failed" | "canceled" | "avoided" | "other";

/** The types of ENS' events. */
export type EnsEventType = "Instance:SystemFailure.Redeploy" | "Instance:SystemFailure.Reboot" | "Instance:SystemMaintenance.Redeploy" | "Instance:SystemMaintenance.Reboot" | "Instance:SystemUpgrade.Migrate" | "Instance:RegionNetworkDown" | "Disk:Stalled" | "EnsRegion:NetworkMigration" | "IP:SafeRisk" | "IP:SafeBan";

/** The states of ENS' events. */
export type EnsEventStatus = "Inquiring" | "Scheduled" | "Executing" | "Executed" | "Failed" | "Canceled" | "Avoided";

/** The levels of ENS' events. */
export type EnsEventLevel = "CRITICAL" | "WARN" | "INFO";

/** The types of Huawei's events. */
export type HuaweiEventType = "instance-reboot" | "instance-stop" | "instance-migrate" | "instance-redeploy" | "localdisk-recovery" | "system-maintenance";

/** The states of Huawei's events. */
export type HuaweiEventState = "inquiring" | "scheduled" | "executing" | "completed" | "failed" | "canceled";

/**
 * ENS: lists maintenance events.
 * @see https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describehistoryevents
 */
export interface DescribeHistoryEventsParams {
  /**
   * The types to list; there is no word for all of them.
   * At least one.
   */
  EventTypes: readonly EnsEventType[];
  /** The states to list; all when absent. */
  EventStatus?: readonly EnsEventStatus[] | undefined;
  /** The levels to list; all when absent. */
  EventLevels?: readonly EnsEventLevel[] | undefined;
  /** The resources to list; all when absent. */
  ResourceIds?: readonly string[] | undefined;
  /**
   * The page, from 1.
   * A whole number from 1 to 2147483647.
   */
  PageNumber?: number | undefined;
  /**
   * How many events a page has.
   * A whole number from 1 to 2147483647.
   */
  PageSize?: number | undefined;
}

/** One event to act on. */
export type EventInfo = ImmediateEventInfo | ScheduledEventInfo;

/** One event to act on. With `immediate`. */
export interface ImmediateEventInfo {
  /**
   * The event.
   * Begins with `e-`.
   */
  EventId: string;
  /**
   * The instance that the event is about.
   * Begins with `i-`.
   */
  ResourceId: string;
  /** At once, or at `PlanTime`. */
  OpsType: "immediate";
  /**
   * When, in ms since the Unix epoch: with `scheduled`, and only then.
   * A whole number to 253402300799999; one that would be a time in seconds is refused.
   */
  PlanTime?: never | undefined;
  /** @deprecated Reserved by the provider: it is not sent, and a warning says so. */
  PlanUtcTime?: unknown | undefined;
}

/** One event to act on. With `scheduled`. */
export interface ScheduledEventInfo {
  /**
   * The event.
   * Begins with `e-`.
   */
  EventId: string;
  /**
   * The instance that the event is about.
   * Begins with `i-`.
   */
  ResourceId: string;
  /** At once, or at `PlanTime`. */
  OpsType: "scheduled";
  /**
   * When, in ms since the Unix epoch: with `scheduled`, and only then.
   * A whole number to 253402300799999; one that would be a time in seconds is refused.
   */
  PlanTime: number;
  /** @deprecated Reserved by the provider: it is not sent, and a warning says so. */
  PlanUtcTime?: unknown | undefined;
}

/**
 * ENS: makes the instances of events anew on another host.
 * @see https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventredeployinstance
 */
export interface BatchEventRedeployInstanceParams {
  /**
   * The events to act on, each of them once.
   * At least one.
   */
  EventInfos: readonly EventInfo[];
}

/** One event whose instance is to migrate. */
export type MigrateEventInfo = ImmediateMigrateEventInfo | ScheduledMigrateEventInfo;

/** One event whose instance is to migrate. With `immediate`. */
export interface ImmediateMigrateEventInfo {
  /**
   * The event.
   * Begins with `e-`.
   */
  EventId: string;
  /**
   * The instance that the event is about.
   * Begins with `i-`.
   */
  ResourceId: string;
  /** At once, or at `PlanTime`. */
  OpsType: "immediate";
  /**
   * When, in ms since the Unix epoch: with `scheduled`, and only then.
   * A whole number to 253402300799999; one that would be a time in seconds is refused.
   */
  PlanTime?: never | undefined;
  /** @deprecated Reserved by the provider: it is not sent, and a warning says so. */
  PlanUtcTime?: unknown | undefined;
  /** What happens to the data. Required here: the provider's own default, `abandon`, loses it. */
  DataPolicy: DataPolicy;
  /**
   * The instance's new password: with `immediate` only. Without one the provider makes a random one that nobody sees.
   * 8 to 30 characters with an upper-case letter, a lower-case letter and a digit.
   */
  Password?: string | undefined;
}

/** One event whose instance is to migrate. With `scheduled`. */
export interface ScheduledMigrateEventInfo {
  /**
   * The event.
   * Begins with `e-`.
   */
  EventId: string;
  /**
   * The instance that the event is about.
   * Begins with `i-`.
   */
  ResourceId: string;
  /** At once, or at `PlanTime`. */
  OpsType: "scheduled";
  /**
   * When, in ms since the Unix epoch: with `scheduled`, and only then.
   * A whole number to 253402300799999; one that would be a time in seconds is refused.
   */
  PlanTime: number;
  /** @deprecated Reserved by the provider: it is not sent, and a warning says so. */
  PlanUtcTime?: unknown | undefined;
  /** What happens to the data. Required here: the provider's own default, `abandon`, loses it. */
  DataPolicy: DataPolicy;
  /**
   * The instance's new password: with `immediate` only. Without one the provider makes a random one that nobody sees.
   * 8 to 30 characters with an upper-case letter, a lower-case letter and a digit.
   */
  Password?: never | undefined;
}

/**
 * ENS: moves the instances of events to another host.
 * @see https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventmigrateinstance
 */
export interface BatchEventMigrateInstanceParams {
  /**
   * The events to act on, each of them once.
   * At least one.
   */
  EventInfos: readonly MigrateEventInfo[];
}

/**
 * ENS: reboots the instances of events.
 * @see https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventrebootinstance
 */
export interface BatchEventRebootInstanceParams {
  /**
   * The events to act on, each of them once.
   * At least one.
   */
  EventInfos: readonly EventInfo[];
}

/**
 * Huawei ECS: lists maintenance events.
 * @see https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html
 */
export interface ListScheduledEventsParams {
  /**
   * How many events a page has.
   * A whole number from 1 to 100.
   */
  limit?: number | undefined;
  /** Where the page begins, as the page before it said. */
  marker?: string | undefined;
  /** The event to list; all when absent. */
  id?: string | undefined;
  /** The instance to list; all when absent. */
  instance_id?: string | undefined;
  /** The types to list; all when absent. */
  type?: readonly HuaweiEventType[] | undefined;
  /** The states to list; all when absent. */
  state?: readonly HuaweiEventState[] | undefined;
  /** Lists events announced from then on, `yyyy-MM-ddTHH:mm:ssZ`. */
  publish_since?: string | undefined;
  /** Lists events announced until then, `yyyy-MM-ddTHH:mm:ssZ`. */
  publish_until?: string | undefined;
}

/**
 * Huawei ECS: agrees to an event, now or at a time.
 * @see https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2202.html
 */
export interface AcceptScheduledEventParams {
  /** The event. */
  id: string;
  /** When, `yyyy-MM-ddTHH:mm:ssZ`, or the word `now`. Required here: the provider takes an absent one for now. */
  not_before: "now" | (string & {});
}

/**
 * Huawei ECS: moves an agreed event to another time.
 * @see https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2203.html
 */
export interface UpdateScheduledEventParams {
  /** The event. */
  id: string;
  /** The new start, `yyyy-MM-ddTHH:mm:ssZ`, before the event's deadline. */
  not_before: string;
}

/**
 * Alibaba ECS: lists maintenance events.
 * @see https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancehistoryevents
 */
export interface DescribeInstanceHistoryEventsParams {
  /** The region; that of the options, or of the account, when absent. */
  RegionId?: string | undefined;
  /**
   * The states to list. Required here: without it the provider hides what is not finished.
   * From 1 to 7.
   */
  InstanceEventCycleStatus: readonly EnsEventStatus[];
  /**
   * The types to list; all when absent.
   * At most 30.
   */
  InstanceEventType?: readonly ("SystemMaintenance.Reboot" | "SystemMaintenance.Stop" | "SystemMaintenance.Redeploy" | "SystemMaintenance.RebootAndIsolateErrorDisk" | "SystemMaintenance.RebootAndReInitErrorDisk" | "SystemMaintenance.IsolateErrorDisk" | "SystemMaintenance.ReInitErrorDisk" | "SystemMaintenance.StopAndRepair" | "SystemMaintenance.CleanInactiveDisks" | "SystemFailure.Reboot" | "SystemFailure.Stop" | "SystemFailure.Redeploy" | "SystemFailure.Delete" | "InstanceFailure.Reboot" | "SystemUpgrade.Migrate" | "InstanceExpiration.Stop" | "InstanceExpiration.Delete" | "AccountUnbalanced.Stop" | "AccountUnbalanced.Delete" | "SecurityPunish.Locked" | "SecurityPunish.WebsiteBanned" | "Instance:PreemptibleInstanceInterruption")[] | undefined;
  /**
   * The events to list; all when absent.
   * At most 100.
   */
  EventId?: readonly string[] | undefined;
  /**
   * The instances or hosts to list; all when absent.
   * At most 100.
   */
  ResourceId?: readonly string[] | undefined;
  /** What the events are about: instances when absent, or dedicated hosts. */
  ResourceType?: "instance" | "ddh" | "managedhost" | undefined;
  /** Lists events announced from then on, `yyyy-MM-ddTHH:mm:ssZ`. */
  "EventPublishTime.Start"?: string | undefined;
  /** Lists events announced until then, `yyyy-MM-ddTHH:mm:ssZ`. */
  "EventPublishTime.End"?: string | undefined;
  /**
   * How many events a page has.
   * A whole number from 10 to 100.
   */
  MaxResults?: number | undefined;
  /** Where the page begins, as the page before it said. */
  NextToken?: string | undefined;
}

/**
 * Alibaba ECS: lists disks with their events.
 * @see https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describedisksfullstatus
 */
export interface DescribeDisksFullStatusParams {
  /** The region; that of the options, or of the account, when absent. */
  RegionId?: string | undefined;
  /** The type of events to list; all, and disks without any, when absent. */
  EventType?: "Degraded" | "SeverelyDegraded" | "Stalled" | "ErrorDetected" | undefined;
  /**
   * The page, from 1.
   * A whole number from 1 to 2147483647.
   */
  PageNumber?: number | undefined;
  /**
   * How many disks a page has.
   * A whole number from 1 to 100.
   */
  PageSize?: number | undefined;
}

/**
 * Alibaba ECS: agrees to an event, at once.
 * @see https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-acceptinquiredsystemevent
 */
export interface AcceptInquiredSystemEventParams {
  /** The region; that of the options, or of the account, when absent. */
  RegionId?: string | undefined;
  /**
   * The event.
   * Begins with `e-`.
   */
  EventId: string;
}

/**
 * Alibaba ECS: makes an instance anew on another host, each time that it is called.
 * @see https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-redeployinstance
 */
export interface RedeployInstanceParams {
  /** The instance. */
  InstanceId: string;
}

/**
 * Alibaba ECS: reboots instances, each time that it is called.
 * @see https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-rebootinstances
 */
export interface RebootInstancesParams {
  /** The region; that of the options, or of the account, when absent. */
  RegionId?: string | undefined;
  /**
   * The instances, each of them once.
   * From 1 to 100.
   */
  InstanceId: readonly string[];
  /** How one instance that cannot reboot counts for the others. Required here: by the provider's own default, `AllTogether`, none of them does. */
  BatchOptimization: "SuccessFirst";
}

/**
 * Alibaba ECS: moves a planned event earlier, or back up to its first plan.
 * @see https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifysystemeventattribute
 */
export interface ModifySystemEventAttributeParams {
  /** The region; that of the options, or of the account, when absent. */
  RegionId?: string | undefined;
  /** The instance. */
  InstanceId: string;
  /**
   * The event.
   * Begins with `e-`.
   */
  EventId: string;
  /** The new start, `yyyy-MM-ddTHH:mm:ssZ`, not after the event's first plan. */
  NotBefore: string;
}
/** The parameters of each operation, by its name. */
export interface ParamsByOperation {
  DescribeHistoryEvents: DescribeHistoryEventsParams;
  BatchEventRedeployInstance: BatchEventRedeployInstanceParams;
  BatchEventMigrateInstance: BatchEventMigrateInstanceParams;
  BatchEventRebootInstance: BatchEventRebootInstanceParams;
  ListScheduledEvents: ListScheduledEventsParams;
  AcceptScheduledEvent: AcceptScheduledEventParams;
  UpdateScheduledEvent: UpdateScheduledEventParams;
  DescribeInstanceHistoryEvents: DescribeInstanceHistoryEventsParams;
  DescribeDisksFullStatus: DescribeDisksFullStatusParams;
  AcceptInquiredSystemEvent: AcceptInquiredSystemEventParams;
  RedeployInstance: RedeployInstanceParams;
  RebootInstances: RebootInstancesParams;
  ModifySystemEventAttribute: ModifySystemEventAttributeParams;
}

/** The operations that list events. */
export type ListOperation = "DescribeHistoryEvents" | "ListScheduledEvents" | "DescribeInstanceHistoryEvents" | "DescribeDisksFullStatus";

declare class IssueTexts {
  /** Where, as a JSON Pointer (RFC 6901). */
  get pointer(): string;
  /** Where, to read: `EventInfos[3].PlanTime`. */
  get location(): string;
  /** The text for a person, in English; `message` has other languages. */
  get message(): string;
}

/** What every `Issue` has. */
export interface IssueBase extends IssueTexts {
  /** Where, in the caller's own keys and indices. */
  path: (string | number)[];
  /** An error refuses the input, a warning lets it through. */
  severity: "error" | "warning";
  /** The nearest valid value, where there is one. */
  nearest?: string | number;
}

/** What each `Issue` has besides, by its `code`. */
export interface IssueDataByCode {
  /** The input is not JSON. */
  invalid_json: {
    /** Line, from 1. */
    line: number;
    /** Column in characters, from 1. */
    column: number;
    /** What is wrong there. */
    detail: string;
  };
  /** The value is of another JSON type. */
  wrong_type: {
    /** The type it must have. */
    expected: string;
    /** The type it has. */
    found: string;
  };
  /** The same key stands twice in an object. */
  duplicate_key: {};
  /** The provider has no such field. */
  unknown_field: {};
  /** The provider reserves the field; it is not sent. */
  reserved_field: {};
  /** The provider has the field, and it is never sent from here: it makes an act harsher than what it answers. */
  never_sent: {};
  /** The field must be there. */
  missing: {
    /** What the provider would take instead, where that is a trap. */
    assumed?: string;
  };
  /** The list has no items. */
  no_items: {};
  /** The list has more items than the cloud takes in a call. */
  too_many_items: {
    /** The most. */
    max: number;
    /** How many it has. */
    length: number;
  };
  /** The value is none of the allowed ones. */
  unknown_value: {
    /** The allowed ones. */
    allowed: string[];
  };
  /** The id cannot be one of the provider's. */
  invalid_id: {
    /** What is wrong with it. */
    flaw: "empty" | "too_long" | "control_character" | "odd_character" | "prefix" | "comma" | "dot_segment";
    /** The prefix it must have; empty where there is none. */
    prefix: string;
  };
  /** The number has a fraction. */
  not_an_integer: {};
  /** The integer is beyond ±(2^53 − 1) and would change on its way. */
  unsafe_integer: {};
  /** The number is out of range. */
  out_of_range: {
    /** The least. */
    min: number;
    /** The greatest. */
    max: number;
  };
  /** The text is not a time in the provider's form. */
  malformed_time: {
    /** The form. */
    expected: string;
  };
  /** The time has passed. */
  in_the_past: {
    /** The time when it was checked. */
    now: string;
  };
  /** The number would be a time in seconds; the field is in milliseconds. */
  looks_like_seconds: {
    /** The same time in milliseconds. */
    millis: number;
  };
  /** The time is at or past the event's deadline. */
  past_deadline: {
    /** The deadline. */
    deadline: string;
  };
  /** The time is within 30 minutes of the event's deadline. */
  near_deadline: {
    /** The deadline. */
    deadline: string;
  };
  /** The time is after the cloud's own start: it will have acted by then. */
  after_cloud_start: {
    /** The cloud's own start. */
    start: string;
  };
  /** The time is after the event's first plan: it can be moved earlier, or back up to there. */
  after_first_plan: {
    /** The latest time there is. */
    latest: string;
  };
  /** The end of a range is before its start. */
  range_inverted: {};
  /** The same event stands in the batch already. */
  duplicate: {
    /** The index where it stands first. */
    first: number;
  };
  /** The same resource stands in the batch already, and the call names no event: it would act twice. */
  duplicate_resource: {
    /** The index where it stands first. */
    first: number;
  };
  /** `PlanTime` has no meaning with `immediate`. */
  plan_time_with_immediate: {};
  /** A password is not allowed with `scheduled`. */
  password_with_scheduled: {};
  /** The password is too short or too long, counted in Unicode scalar values. */
  password_length: {
    /** The fewest. */
    min: number;
    /** The most. */
    max: number;
    /** How many it has. */
    length: number;
  };
  /** The password lacks classes of characters. */
  password_classes: {
    /** The ones it lacks. */
    missing: ("uppercase" | "lowercase" | "digit")[];
  };
  /** No password: the cloud makes one that nobody sees. */
  password_random: {};
  /** The choice loses data, or may. */
  loses_data: {
    /** How surely. */
    data_loss: DataLoss;
  };
  /** The action is not documented for this type of event. */
  action_type_mismatch: {
    /** The action. */
    action: Action;
    /** The event's type, as the cloud names it. */
    event_type: string;
  };
  /** Nobody documents the action for this type of event; the cloud may refuse. */
  action_type_unverified: {
    /** The action. */
    action: Action;
    /** The event's type, as the cloud names it. */
    event_type: string;
  };
  /** The event has gone too far for the action. */
  action_not_applicable: {
    /** The action. */
    action: Action;
    /** The event's state, as the cloud names it. */
    state: string;
  };
  /** Nobody documents the action for this state. */
  action_state_unverified: {
    /** The action. */
    action: Action;
    /** The event's state, as the cloud names it. */
    state: string;
  };
  /** Something about the event keeps the action from it. */
  action_restricted: {
    /** The action. */
    action: Action;
    /** What it is. */
    restriction: "simulated" | "no_agreement" | "no_instance" | "no_action";
  };
  /** The choice has no meaning for this action. */
  not_for_action: {
    /** The action. */
    action: Action;
  };
}

/** One thing that is wrong, or worth knowing. `Issue<"invalid_json">` is the one of that `code`. */
export type Issue<K extends keyof IssueDataByCode = keyof IssueDataByCode> = {
  [Each in K]: IssueBase & { code: Each } & IssueDataByCode[Each];
}[K];

/** What every `ItemOutcome` has. */
export interface ItemOutcomeBase {
  /** The event. */
  event_id: string;
  /** Its resource; empty at clouds whose calls name none. */
  resource_id: string;
}

/** What each `ItemOutcome` has besides, by its `outcome`. */
export interface ItemOutcomeDataByOutcome {
  /** The cloud took it. */
  accepted: {
    /** The cloud's id of the request. */
    request_id: string | null;
  };
  /** The cloud said no; nothing happened. */
  rejected: {
    /** The cloud's code. */
    code: string;
    /** The cloud's words: foreign text. */
    message: string;
    /** The cloud's id of the request. */
    request_id: string | null;
  };
  /** It never left. */
  not_sent: {
    /** Why. */
    reason: string;
  };
  /** It left, and nobody knows: only reading the event's state settles it. */
  unknown: {
    /** Why. */
    reason: string;
  };
}

/** What became of an item. `ItemOutcome<"accepted">` is the one of that `outcome`. */
export type ItemOutcome<K extends keyof ItemOutcomeDataByOutcome = keyof ItemOutcomeDataByOutcome> = {
  [Each in K]: ItemOutcomeBase & { outcome: Each } & ItemOutcomeDataByOutcome[Each];
}[K];

/** A type of events. */
export interface EventType {
  /** As the cloud names it. */
  readonly raw: string;
  /** In one list for all clouds. */
  readonly kind: EventKind;
}

/** How far an event is. */
export interface EventState {
  /** As the cloud names it. */
  readonly raw: string;
  /** In one list for all clouds. */
  readonly kind: StateKind;
}

/** An action that an event takes. */
export interface ActionOffer {
  /** The action. */
  readonly action: Action;
  /** Whether the cloud documents it for the event's type and state. */
  readonly applies: "yes" | "unverified";
  /** Whether it loses data. */
  readonly data_loss: DataLoss;
  /** How long it takes the resource down. */
  readonly down: Down;
}

/** A maintenance event, whichever cloud announced it. */
export interface Event {
  /** The account, as the options named it. */
  account: string;
  /** The cloud. */
  provider: Provider;
  /** Its id. */
  id: string;
  /** The resource it is about, trimmed. */
  resource_id: string;
  /** What is going to happen. */
  type: EventType;
  /** How far it is. */
  state: EventState;
  /** `CRITICAL`, `WARN` or `INFO`, at clouds that have levels. */
  level?: string;
  /** When the cloud announced it. */
  published_at?: string;
  /** The window's begin; at clouds without a deadline when the cloud will act by itself. */
  not_before?: string;
  /** The window's end. */
  not_after?: string;
  /** A new start must be before this, or not after it where it is the first plan's, at clouds that have deadlines. */
  deadline?: string;
  /** When it began. */
  started_at?: string;
  /** When it ended. */
  finished_at?: string;
  /** Locale → text; `und` where the cloud names no locale. Foreign text: never markup. */
  description: Readonly<Record<string, string>>;
  /** Who caused it, where the cloud says. */
  source?: string;
  /** What keeps actions from it that its type and state would take. */
  restriction?: "simulated" | "no_agreement" | "no_instance" | "no_action";
  /** The JSON that the cloud sent for it. */
  raw: string;
  /** What may be done about it now. */
  actions: readonly ActionOffer[];
}

/** An error answer, in one shape for all clouds and all their shapes. */
export interface CloudError {
  /** The HTTP status. */
  status: number;
  /** What kind of refusal it is; `null` where the answer is unreadable and its status says none. */
  class: "throttled" | "denied" | "credentials" | "clock" | "not_found" | "invalid" | "unavailable" | "other" | null;
  /** The cloud's code; `null` where the answer is unreadable. */
  code: string | null;
  /** The cloud's words, foreign text; or why the answer is unreadable. */
  message: string;
  /** The cloud's id of the request. */
  request_id?: string;
  /** When to try again, ms from the answer. */
  retry_after_ms?: number;
}

/** An unsigned request; the host is the sender's business. */
export interface UnsignedRequest {
  /** The method. */
  method: "GET" | "POST" | "PUT";
  /** The path, percent-encoded. */
  path: string;
  /** The query, decoded, sorted by key. */
  query: ([string, string])[];
  /** The headers that belong to the operation, names in lower case. */
  headers: ([string, string])[];
  /** The body, where there is one. */
  body?: string;
}

export {};
