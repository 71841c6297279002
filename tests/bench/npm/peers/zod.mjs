import * as z from "zod";

import { isAhead } from "./beyond.mjs";
import { withZod } from "./with-zod.mjs";

const id = (prefix) => z.string().regex(new RegExp(`^${prefix}[^\\u0000-\\u001f\\u007f-\\u009f]{1,126}$`));
const common = {
  EventId: id("e-"),
  ResourceId: id("i-"),
  PlanUtcTime: z.unknown().optional(),
  DataPolicy: z.enum(["abandon", "try_transfer", "force_transfer"]),
};
const password = z.string().min(8).max(30).regex(/[A-Z]/).regex(/[a-z]/).regex(/[0-9]/);

const item = z.discriminatedUnion("OpsType", [
  z.strictObject({ ...common, OpsType: z.literal("immediate"), Password: password.optional() }),
  z.strictObject({
    ...common,
    OpsType: z.literal("scheduled"),
    PlanTime: z.int().max(253402300799999).refine(isAhead),
  }),
]);
const schema = z.strictObject({ EventInfos: z.array(item).min(1) });

export const zod = withZod("zod", schema);
