import type { Accepted, Issue as Told, OperationName, Options, Params, Refused } from "evenkeel";

export type { Options, Params, OperationName } from "evenkeel";

/** An issue without its text, which `message` of `evenkeel` makes of it. */
export type Issue = Told extends infer Each ? (Each extends Told ? Omit<Each, "message"> : never) : never;

export type ValidateResult<N extends OperationName = OperationName> =
  | (Omit<Accepted<Params<N>>, "issues"> & { readonly issues: Issue[] })
  | (Omit<Refused, "issues"> & { readonly issues: Issue[] });

/** The names of the operations. */
export declare function operations(): OperationName[];

/** As `validate` of `evenkeel`; its issues have no `message`. */
export declare function validate<N extends OperationName>(
  operation: N,
  params: unknown,
  options?: Options | null,
): ValidateResult<N>;

/** As `validateJson` of `evenkeel`; its issues have no `message`. */
export declare function validateJson<N extends OperationName>(
  operation: N,
  json: Uint8Array | ArrayBuffer | string,
  options?: Options | null,
): ValidateResult<N>;
