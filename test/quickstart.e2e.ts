import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const scripts = fileURLToPath(new URL("../scripts", import.meta.url));
const lock = '{ "packages": { "": {}, "node_modules/zod": { "version": "1.0.0" } } }';

/** Stands in for npm: "installs" a turbo that does nothing and a command line that shows its argv. */
const npm = `#!/bin/sh
[ -z "$SLOW" ] || { sleep "$SLOW" & sleep "$SLOW"; }
mkdir -p node_modules/.bin packages/rdma-lab/dist
printf '#!/bin/sh\\n' > node_modules/.bin/turbo; chmod 755 node_modules/.bin/turbo
echo 'export const main = async (argv) => { console.log(argv.join(" ")); return 5; };' \\
  > packages/rdma-lab/dist/main.js
echo '{ "type": "module" }' > packages/rdma-lab/package.json
cp package-lock.json node_modules/.package-lock.json
`;

/** A checkout whose packages, QEMU and npm are stand-ins. */
let checkout: string;
let environment: NodeJS.ProcessEnv;
/** A number of seconds nobody else sleeps, to find our processes by. */
let nap: string;

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), "hoststack-quickstart-"));
  nap = `1000.${process.pid}${Date.now()}`;
  const bin = join(checkout, "bin");
  await cp(scripts, join(checkout, "scripts"), { recursive: true });
  await mkdir(bin);
  await writeFile(join(checkout, "package-lock.json"), lock);
  for (const [name, text] of Object.entries({ npm, "qemu-system-x86_64": "#!/bin/sh\n" })) {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  }
  environment = { PATH: `${bin}:${process.env["PATH"]}`, HOME: checkout };
});

afterEach(() => rm(checkout, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program in the checkout, optionally with something typed, and waits for its end. */
function run(
  argv: readonly [string, ...string[]],
  env = environment,
  typed = "",
): Promise<Outcome> {
  const [program, ...args] = argv;
  return new Promise((resolve) => {
    const child = execFile(program, args, { cwd: checkout, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
    child.stdin?.end(typed);
  });
}

const quickstart = [process.execPath, "scripts/quickstart.mjs"] as const;
const installed = () => existsSync(join(checkout, "node_modules"));

/** Command lines of our sleepers that are still alive, wherever they are. */
function sleepers(): string[] {
  return readdirSync("/proc").filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/cmdline`, "utf8").includes(nap);
    } catch {
      return false;
    }
  });
}

test("without a terminal and without consent nothing is installed", async () => {
  const { code, output } = await run(quickstart);
  expect(output).toContain("1 npm packages");
  expect(output).toContain("--yes");
  expect(code).toBe(2);
  expect(installed()).toBe(false);
});

test.each(["n", "", "nay"])("answering %j on a terminal installs nothing", async (answer) => {
  const onTerminal = ["script", "-qec", quickstart.join(" "), "/dev/null"] as const;
  const { code, output } = await run([...onTerminal], environment, `${answer}\n`);
  expect(output).toContain("[y/N]");
  expect(code).toBe(2);
  expect(installed()).toBe(false);
});

test("answering y sets up and runs; the second time there is nothing to ask", async () => {
  const onTerminal = ["script", "-qec", quickstart.join(" "), "/dev/null"] as const;
  const first = await run([...onTerminal], environment, "y\n");
  expect(first.output).toContain("run quickstart --testbed vm");
  expect(first.code).toBe(5);
  const second = await run(quickstart);
  expect(second.output).not.toContain("will be installed");
  expect(second.code).toBe(5);
});

test.each([
  { how: "--yes", args: ["--yes"], env: {} },
  { how: "npm's own --yes", args: [], env: { npm_config_yes: "true" } },
  { how: "CI=true", args: [], env: { CI: "true" } },
])("$how asks nothing, and other flags reach the run", async ({ args, env }) => {
  const { code, output } = await run([...quickstart, ...args, "--repeat", "3"], {
    ...environment,
    ...env,
  });
  expect(output).toContain("run quickstart --testbed vm --repeat 3\n");
  expect(output).not.toContain("[y/N]");
  expect(code).toBe(5);
});

test("--help installs nothing", async () => {
  const { code, output } = await run([...quickstart, "--help", "--yes"]);
  expect(output).toMatch(/^Usage: npm run quickstart/);
  expect(code).toBe(0);
  expect(installed()).toBe(false);
});

test("a computer without apt is told so before anything is installed", async () => {
  const env = { ...environment, PATH: join(checkout, "bin") };
  const { code, output } = await run([...quickstart, "--yes"], env);
  expect(output).toMatch(/^There is no apt-get here.*\n$/);
  expect(code).toBe(3);
  expect(installed()).toBe(false);
});

test("a set-up killed with SIGKILL leaves no process behind", async () => {
  const [program, ...args] = [...quickstart, "--yes"];
  const env = { ...environment, SLOW: nap };
  const child = spawn(program, args, { cwd: checkout, env, stdio: "ignore" });
  await vi.waitFor(() => expect(sleepers().length).toBeGreaterThan(1), 10_000);
  child.kill("SIGKILL");
  await vi.waitFor(() => expect(sleepers()).toEqual([]), 5_000);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends the set-up", async (signal) => {
  const [program, ...args] = [...quickstart, "--yes"];
  const env = { ...environment, SLOW: nap };
  const child = spawn(program, args, { cwd: checkout, env, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await vi.waitFor(() => expect(sleepers().length).toBeGreaterThan(1), 10_000);
  child.kill(signal);
  expect(await ended).toBe(130);
  await vi.waitFor(() => expect(sleepers()).toEqual([]), 5_000);
});

test("when npm is killed, the set-up it runs ends as well", async () => {
  const command = `${quickstart.join(" ")} --yes; exit $?`;
  // two shells, as npm and the shell it starts; the semicolons keep each from becoming the next
  const argv = ["-c", 'sh -c "$0"; exit $?', command];
  const env = { ...environment, SLOW: nap, npm_lifecycle_event: "quickstart" };
  const child = spawn("sh", argv, { cwd: checkout, env, stdio: "ignore" });
  await vi.waitFor(() => expect(sleepers().length).toBeGreaterThan(1), 10_000);
  child.kill("SIGKILL");
  await vi.waitFor(() => expect(sleepers()).toEqual([]), 5_000);
});
