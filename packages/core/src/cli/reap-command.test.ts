import { expect, test } from "vitest";
import { reapCommand } from "./reap-command.js";
import { recordedTerminal } from "./recorded-terminal.js";

test("a word is refused before anything is looked for", async () => {
  await expect(reapCommand("lab", ["all"], recordedTerminal())).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    message: 'reap takes flags only, not "all"',
  });
});

test("a testbed file that is not there is one error", async () => {
  const argv = ["--testbed", "/nowhere/lab.yaml", "--yes"];
  await expect(reapCommand("lab", argv, recordedTerminal())).rejects.toMatchObject({
    code: "TESTBED_INVALID",
  });
});
