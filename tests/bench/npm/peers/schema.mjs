// The migrate rules as JSON Schema, for ajv.
const id = (prefix) => ({ type: "string", pattern: `^${prefix}[^\\u0000-\\u001f\\u007f-\\u009f]{1,126}$` });
const is = (word) => ({ properties: { OpsType: { const: word } }, required: ["OpsType"] });

export const schema = {
  type: "object",
  additionalProperties: false,
  required: ["EventInfos"],
  properties: {
    EventInfos: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["EventId", "ResourceId", "OpsType", "DataPolicy"],
        properties: {
          EventId: id("e-"),
          ResourceId: id("i-"),
          OpsType: { enum: ["immediate", "scheduled"] },
          PlanTime: { type: "integer", maximum: 253402300799999 },
          PlanUtcTime: true,
          DataPolicy: { enum: ["abandon", "try_transfer", "force_transfer"] },
          Password: {
            type: "string",
            minLength: 8,
            maxLength: 30,
            allOf: [{ pattern: "[A-Z]" }, { pattern: "[a-z]" }, { pattern: "[0-9]" }],
          },
        },
        if: is("immediate"),
        then: { properties: { PlanTime: false } },
        else: { if: is("scheduled"), then: { required: ["PlanTime"], properties: { Password: false } } },
      },
    },
  },
};

export const options = { allErrors: true };
