// Everything that checks the drafts: ours, and what people take instead.
import { ajv } from "./ajv.mjs";
import { ajvStandalone } from "./ajv-standalone.mjs";
import { typebox } from "./typebox.mjs";
import { valibot } from "./valibot.mjs";
import { zodMini } from "./zod-mini.mjs";
import { zod } from "./zod.mjs";

export { ofJson, ofObjects } from "./evenkeel.mjs";

export const peers = [ajvStandalone, ajv, zod, zodMini, valibot, typebox];
