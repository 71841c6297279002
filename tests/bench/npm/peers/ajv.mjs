import { Ajv } from "ajv";

import { options, schema } from "./schema.mjs";
import { withAjv } from "./with-ajv.mjs";

export const ajv = withAjv("ajv", new Ajv(options).compile(schema));
