// Whether everything says the same of every item: what differs must not be timed.

/** Checks what a contestant says of a draft; an error names the first item it is wrong about. */
export function assertVerdict({ name, check, valid, wrong }, input, expected, what) {
  const result = check(input);
  const said = new Set(wrong(result));
  const differs = (why) => {
    throw new Error(`${name} is wrong about ${what}: ${why}`);
  };
  if (valid(result) !== (expected.length === 0)) differs(`${valid(result) ? "valid" : "invalid"} in all`);
  const right = new Set(expected);
  for (const index of said) if (!right.has(index)) differs(`item ${index} is valid`);
  for (const index of right) if (!said.has(index)) differs(`item ${index} is not valid`);
}
