import type { Issue, OperationName, Options, Params } from "evenkeel";

export interface StandardSchemaOptions extends Options {
  /** The language of the messages, as `message` takes it. */
  locale?: string | undefined;
}

/** A Standard Schema (v1) of an operation's parameters; see https://standardschema.dev. */
export interface StandardSchema<N extends OperationName> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "evenkeel";
    readonly validate: (
      params: unknown,
    ) =>
      | { readonly value: Params<N>; readonly issues?: undefined }
      | { readonly issues: readonly Issue[] };
    readonly types?: { readonly input: Params<N>; readonly output: Params<N> } | undefined;
  };
}

/**
 * The parameters of an operation for whatever takes a Standard Schema: routers, forms, hooks.
 * Without the option `now` every check goes by the time it is made. Warnings have no place in a
 * Standard Schema: `validate` tells them.
 */
export declare function standardSchema<N extends OperationName>(
  operation: N,
  options?: StandardSchemaOptions | null,
): StandardSchema<N>;
