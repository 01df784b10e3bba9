import { exitCodes } from "../../errors/catalogue.js";
import type { System } from "../../system/system.js";
import { allKept } from "../../testbed/kept/list.js";
import type { Terminal } from "../terminal.js";
import { statusLines, statusRecord, unreadableLines, unreadableRecord } from "./status-text.js";

/** `testbed status`: shows all kept testbeds. Returns the exit code. */
export async function statusCommand(
  system: System,
  values: Readonly<Record<string, unknown>>,
  { out, err }: Terminal,
): Promise<number> {
  const { testbeds, unreadable } = await allKept();
  const nowMs = Date.now();
  if (values["json"] === true) {
    out.line(
      JSON.stringify(
        [...testbeds.map((one) => statusRecord(one, nowMs)), ...unreadable.map(unreadableRecord)],
        null,
        2,
      ),
    );
    return exitCodes.ok;
  }
  if (testbeds.length + unreadable.length === 0)
    err.line(`no testbed is up; ${system.name} testbed up opens one`);
  const lines = testbeds.flatMap((one) => statusLines(one, system.name, nowMs));
  for (const line of [...lines, ...unreadable.flatMap(unreadableLines)]) out.line(line);
  return exitCodes.ok;
}
