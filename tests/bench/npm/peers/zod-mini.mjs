import * as z from "zod/mini";

import { isAhead } from "./beyond.mjs";
import { withZod } from "./with-zod.mjs";

const id = (prefix) =>
  z.string().check(z.regex(new RegExp(`^${prefix}[^\\u0000-\\u001f\\u007f-\\u009f]{1,126}$`)));
const common = {
  EventId: id("e-"),
  ResourceId: id("i-"),
  PlanUtcTime: z.optional(z.unknown()),
  DataPolicy: z.enum(["abandon", "try_transfer", "force_transfer"]),
};
const password = z
  .string()
  .check(z.minLength(8), z.maxLength(30), z.regex(/[A-Z]/), z.regex(/[a-z]/), z.regex(/[0-9]/));

const item = z.discriminatedUnion("OpsType", [
  z.strictObject({ ...common, OpsType: z.literal("immediate"), Password: z.optional(password) }),
  z.strictObject({
    ...common,
    OpsType: z.literal("scheduled"),
    PlanTime: z.int().check(z.maximum(253402300799999), z.refine(isAhead)),
  }),
]);
const schema = z.strictObject({ EventInfos: z.array(item).check(z.minLength(1)) });

export const zodMini = withZod("zod mini", schema);
