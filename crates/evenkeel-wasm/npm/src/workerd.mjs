// For Cloudflare Workers, which compile no bytes at run time: the module is imported.
import module from "evenkeel-module";
import { provide } from "./instance.mjs";

provide(() => module);

export * from "evenkeel-functions";
