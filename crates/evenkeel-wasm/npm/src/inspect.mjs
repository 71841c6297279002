/** What Node's `console.log` asks an object for. */
export const INSPECT = Symbol.for("nodejs.util.inspect.custom");
