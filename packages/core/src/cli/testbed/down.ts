import { exitCodes } from "../../errors/catalogue.js";
import { endKept } from "../../testbed/kept/end.js";
import { keptNames } from "../../testbed/kept/place.js";
import type { Terminal } from "../terminal.js";
import { usualName } from "./flags.js";

/** `testbed down`: takes a testbed down; fine when there is none. Returns the exit code. */
export async function downCommand(
  values: Readonly<Record<string, unknown>>,
  { err }: Terminal,
): Promise<number> {
  const name = String(values["name"] ?? usualName);
  if (await endKept(name)) {
    err.line(`${name} is down`);
    return exitCodes.ok;
  }
  const others = await keptNames();
  const has = others.length === 0 ? "" : `; there is ${others.join(", ")}`;
  err.line(`no testbed "${name}" is kept${has}`);
  return exitCodes.ok;
}
