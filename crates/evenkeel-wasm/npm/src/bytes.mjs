// The bytes that a caller gives, by what is inside of an object, whatever its own members say.

const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
const tag = getter(typedArray, Symbol.toStringTag);
const buffer = getter(typedArray, "buffer");
const byteOffset = getter(typedArray, "byteOffset");
const byteLength = getter(typedArray, "byteLength");
const bufferLength = getter(ArrayBuffer.prototype, "byteLength");

function getter(prototype, name) {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name);
  return (value) => Reflect.apply(get, value, []);
}

/**
 * A view on the bytes of a `Uint8Array` or an `ArrayBuffer`, a copy of shared ones, which others may
 * change meanwhile; nothing of anything else.
 */
export function bytesOf(value) {
  if (typeof value !== "object" || value === null) return;
  try {
    if (tag(value) !== "Uint8Array") return new Uint8Array(value, 0, bufferLength(value));
    const memory = buffer(value);
    return isShared(memory) ? new Uint8Array(value) : new Uint8Array(memory, byteOffset(value), byteLength(value));
  } catch {
    // No bytes, or none any more.
  }
}

function isShared(memory) {
  try {
    bufferLength(memory);
    return false;
  } catch {
    return true;
  }
}
