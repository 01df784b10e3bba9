import { exitCodes } from "../../errors/catalogue.js";
import type { System } from "../../system/system.js";
import { keptTestbeds } from "../../testbed/kept/list.js";
import type { Terminal } from "../terminal.js";
import { statusLines, statusRecord } from "./status-text.js";

/** `testbed status`: shows all kept testbeds. Returns the exit code. */
export async function statusCommand(
  system: System,
  values: Readonly<Record<string, unknown>>,
  { out, err }: Terminal,
): Promise<number> {
  const found = await keptTestbeds();
  const nowMs = Date.now();
  if (values["json"] === true) {
    out.line(
      JSON.stringify(
        found.map((one) => statusRecord(one, nowMs)),
        null,
        2,
      ),
    );
    return exitCodes.ok;
  }
  if (found.length === 0) err.line(`no testbed is up; ${system.name} testbed up opens one`);
  for (const one of found) {
    for (const line of statusLines(one, system.name, nowMs)) out.line(line);
  }
  return exitCodes.ok;
}
