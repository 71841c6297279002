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
