// Loaded before the command: what it sees of Windows, on any system. There, `\` parts names as well.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

Object.defineProperty(process, "platform", { value: "win32" });
for (const name of ["lstatSync", "openSync", "readdirSync", "statSync"]) {
  const own = fs[name];
  fs[name] = (path, ...rest) => own(path.replaceAll("\\", "/"), ...rest);
}
syncBuiltinESMExports();
