import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../src/host/host.js";
import type { BuiltModule } from "../../src/kernel/module/built-module.js";
import type { GuestLogin } from "../../src/testbed/vm/open-vm-testbed.js";
import { bundledScript, removeBundledScripts } from "../e2e/vm-bundled-script.js";

/** When a controller is killed: by what it has said, or by how the module stands on the host. */
type KillMoment = "coming" | "going" | "held" | "planned";

/** A controller of its own that loads a module, and when it dies. */
export interface DoomedController {
  readonly login: GuestLogin;
  readonly module: BuiltModule;
  readonly moment: KillMoment;
  readonly parameters: Readonly<Record<string, number>>;
  /** The same guest, to look at the module. */
  readonly host: Host;
}

const controllerText = `
import { openHost } from "#core/host/open-host.ts";
import { openSshTransport } from "#core/host/ssh.ts";
import { applyScoped } from "#core/plan/apply-scoped.ts";
import { makePlan } from "#core/plan/plan.ts";
import { moduleFileStep } from "#core/steps/module-file.ts";
const { ssh, module, parameters, moment } = JSON.parse(process.env.DOOMED);
const transport = await openSshTransport(ssh);
const host = openHost({ name: "client", machine: { id: "client" }, transport });
const plan = await makePlan([{ host, steps: [moduleFileStep({ module, parameters })] }]);
console.log("planned");
if (moment === "planned") await new Promise((resolve) => setTimeout(resolve, 60_000));
const scoped = await applyScoped(plan, { purpose: "be killed", leaseMs: 8000 });
console.log("held");
if (moment === "held") await new Promise((resolve) => setTimeout(resolve, 60_000));
await scoped[Symbol.asyncDispose]();
console.log("undone");
setInterval(() => {}, 1000);
`;

/** Runs such a controller until it is killed (SIGKILL) at its moment. */
export async function killedController(doomed: DoomedController): Promise<void> {
  const { login, module, moment, parameters } = doomed;
  const directory = await mkdtemp(join(tmpdir(), "hoststack-doomed-"));
  try {
    const ssh = {
      host: "127.0.0.1",
      port: login.port,
      user: "root",
      privateKey: login.privateKey,
      hostKeys: [login.hostKey],
    };
    const script = await bundledScript("module-kill", controllerText);
    const env = {
      ...process.env,
      XDG_STATE_HOME: directory,
      DOOMED: JSON.stringify({ ssh, module, parameters, moment }),
    };
    const child = spawn(process.execPath, [script], { env, stdio: ["ignore", "pipe", "inherit"] });
    try {
      await reached(doomed, child);
    } finally {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
  } finally {
    await removeBundledScripts();
    await rm(directory, { recursive: true, force: true });
  }
}

async function reached({ moment, host, module }: DoomedController, child: ChildProcess) {
  if (moment === "held" || moment === "planned") return await said(child, moment);
  const script = `
until read -r state </sys/module/${module.name}/initstate && [ "$state" = ${moment} ]; do
  sleep 0.05
done 2>/dev/null`;
  await host.batch([{ argv: ["sh", "-c", script] }], { deadlineMs: 60_000 });
}

async function said(child: ChildProcess, word: string): Promise<void> {
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    if (String(chunk).includes(word)) return;
  }
  throw new Error(`the controller ended without saying ${word}`);
}
