import type * as all from "evenkeel";
import type { HttpResponse, Options } from "evenkeel";

export * from "evenkeel";

/** The name of an operation of this cloud, as it spells it. */
export type OperationName = AllOperations;

/** The operations that list events. */
export type ListOperation = Extract<all.ListOperation, OperationName>;

/** The operations that act on events. */
export type ActOperation = Exclude<OperationName, ListOperation>;

/** The parameters of an operation. */
export type Params<N extends OperationName = OperationName> = all.Params<N>;

/** The names of the operations. */
export declare function operations(): OperationName[];

/** As `validate` of `evenkeel`, for this cloud's operations. */
export declare function validate<N extends OperationName>(
  operation: N,
  params: unknown,
  options?: Options | null,
): all.ValidateResult<N>;

/** As `validateJson` of `evenkeel`, for this cloud's operations. */
export declare function validateJson<N extends OperationName>(
  operation: N,
  json: Uint8Array | ArrayBuffer | string,
  options?: Options | null,
): all.ValidateResult<N>;

/** As `buildRequest` of `evenkeel`, for this cloud's operations. */
export declare function buildRequest<N extends OperationName>(
  operation: N,
  params: Params<N>,
  options?: Options | null,
): all.RequestResult;

/** As `parseResponse` of `evenkeel`, for this cloud's operations. */
export declare function parseResponse<N extends OperationName>(
  operation: N,
  params: Params<N>,
  response: HttpResponse,
  options?: Options | null,
): all.ResponseResult<N>;

/** As `parseEvents` of `evenkeel`, for this cloud's list. */
export declare function parseEvents<N extends ListOperation>(
  operation: N,
  params: Params<N>,
  response: HttpResponse,
  options?: Options | null,
): all.TableResult<N>;
