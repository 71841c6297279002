// Made by `standalone.mjs` of this folder before anything runs.
import validate from "../made/standalone.mjs";

import { withAjv } from "./with-ajv.mjs";

export const ajvStandalone = withAjv("ajv standalone", validate);
