import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { openLocalTransport } from "../../src/host/local.js";
import { openSshTransport } from "../../src/host/ssh.js";
import { isGone } from "../../src/testing/transport-contract/collect.js";
import { openSshServer } from "../support/ssh-server.js";
import { bundledScript } from "./vm-bundled-script.js";

/** Runs a controller that starts one long command and says its process id, then kills it. */
async function killedController(name: string, open: string): Promise<string> {
  const script = await bundledScript(
    name,
    `${open}
    const { pid } = await transport.start({ argv: ["sleep", "100"] });
    process.stdout.write(pid + "\\n");
    setInterval(() => {}, 1000);`,
  );
  const controller = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(controller.stdout, "data");
  controller.kill("SIGKILL");
  await rm(script);
  return String(line).trim();
}

test("a command on this machine dies with a controller that is killed", async () => {
  await using transport = openLocalTransport();
  const pid = await killedController(
    "local-owner",
    'import { openLocalTransport } from "#core/host/local.ts"; const transport = openLocalTransport();',
  );
  expect(await isGone(transport, pid)).toBe(true);
});

test.skipIf(process.getuid?.() !== 0)(
  "a command over SSH dies with a controller that is killed",
  async () => {
    await using server = await openSshServer();
    await using transport = await openSshTransport(server.options);
    const pid = await killedController(
      "ssh-owner",
      `import { openSshTransport } from "#core/host/ssh.ts";
      const transport = await openSshTransport(${JSON.stringify(server.options)});`,
    );
    expect(await isGone(transport, pid)).toBe(true);
  },
);
