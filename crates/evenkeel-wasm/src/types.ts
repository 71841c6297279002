export type OperationName =
  | "DescribeHistoryEvents"
  | "BatchEventRedeployInstance"
  | "BatchEventMigrateInstance"
  | "BatchEventRebootInstance"
  | "ListScheduledEvents"
  | "AcceptScheduledEvent"
  | "UpdateScheduledEvent";

export interface Options {
  /** The time the rules go by: a `Date`, ms since the Unix epoch, or RFC 3339. Default: now. */
  now?: Date | number | string;
  /** Known events: rules about an event run for these. */
  events?: Event[];
  /** The account that parsed events carry. */
  account?: string;
  /** Huawei's project, which stands in the path. */
  project_id?: string;
}

export type IssueCode =
  | "invalid_json" | "wrong_type" | "duplicate_key" | "unknown_field" | "reserved_field"
  | "missing" | "no_items" | "unknown_value" | "invalid_id" | "not_an_integer"
  | "unsafe_integer" | "out_of_range" | "malformed_time" | "in_the_past"
  | "looks_like_seconds" | "past_deadline" | "near_deadline" | "after_cloud_start"
  | "range_inverted" | "duplicate" | "plan_time_with_immediate" | "password_with_scheduled"
  | "password_length" | "password_classes" | "password_random" | "loses_data"
  | "action_type_mismatch" | "action_not_applicable" | "action_state_unverified"
  | "not_for_action";

export interface Issue {
  path: (string | number)[];
  pointer: string;
  location: string;
  code: IssueCode;
  severity: "error" | "warning";
  nearest?: string | number;
  message: string;
  [data: string]: unknown;
}

export type Refused = { ok: false; issues: Issue[] };
export type ValidateResult = { ok: true; value: Record<string, unknown>; issues: Issue[] } | Refused;

export interface UnsignedRequest {
  method: "GET" | "POST" | "PUT";
  path: string;
  query: [string, string][];
  headers: [string, string][];
  body?: string;
}
export type RequestResult = { ok: true; value: UnsignedRequest; issues: Issue[] } | Refused;

export interface HttpResponse {
  status: number;
  headers?: Iterable<[string, string]> | Record<string, string>;
  body?: Uint8Array | string | null;
}

export interface Event {
  account: string;
  provider: "ens" | "huawei-ecs";
  id: string;
  resource_id: string;
  type: { raw: string; kind?: string };
  state: { raw: string; kind?: string };
  level?: string;
  published_at?: string;
  not_before?: string;
  not_after?: string;
  deadline?: string;
  started_at?: string;
  finished_at?: string;
  description?: Record<string, string>;
  source?: string;
  raw?: string;
  actions?: {
    action: "redeploy" | "migrate" | "reboot" | "accept" | "reschedule";
    applies: "yes" | "unverified";
    data_loss: "no" | "possible" | "certain";
  }[];
}

export type ItemOutcome = { event_id: string; resource_id: string } & (
  | { outcome: "accepted"; request_id: string | null }
  | { outcome: "rejected"; code: string; message: string; request_id: string | null }
  | { outcome: "not_sent"; reason: string }
  | { outcome: "unknown"; reason: string }
);

export interface ProviderError {
  status: number;
  code: string;
  message: string;
  request_id?: string;
  retry_after_ms?: number;
  class: "throttled" | "denied" | "credentials" | "clock" | "not_found" | "invalid" | "unavailable" | "other";
}

export type ResponseResult =
  | { ok: true; value: { events: Event[]; next: Record<string, unknown> | null; total: number | null; request_id: string | null } }
  | { ok: true; value: { outcomes: ItemOutcome[] } }
  | { ok: false; error: { refused: ProviderError } | { unreadable: { status: number; detail: string } } }
  | Refused;
