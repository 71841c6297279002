import type { OperationName } from "evenkeel";

/** A JSON Schema, draft 2020-12. */
export interface JsonSchema {
  $schema: "https://json-schema.org/draft/2020-12/schema";
  $id: string;
  title: string;
  description: string;
  type: "object";
  required?: string[];
  properties: Record<string, object>;
  additionalProperties: false;
}

/**
 * The parameters of each operation as a JSON Schema. A schema tells what the shape alone tells: a
 * time that has passed or an event that stands twice is for `validate`.
 */
export declare const schemas: Readonly<Record<OperationName, JsonSchema>>;
