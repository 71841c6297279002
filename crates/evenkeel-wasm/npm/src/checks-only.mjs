// What `evenkeel/validate` exports: the checks, without requests, answers and texts.
import { up } from "./instance.mjs";

export { validate, validateJson } from "./checks.mjs";

export const operations = () => up().operations();
