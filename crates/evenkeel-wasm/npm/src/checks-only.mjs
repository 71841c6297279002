// What `evenkeel/validate` exports: the checks, without requests, answers and texts.
import { call } from "./instance.mjs";

export { validate, validateJson } from "./checks.mjs";

export const operations = () => call("operations");
