import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { recordedTerminal } from "../../src/cli/recorded-terminal.js";
import { runCli } from "../../src/cli/run-cli.js";
import { type AnyExperiment, defineSystem } from "../../src/index.js";
import { packageTree } from "../support/ssh-server.js";

const exec = promisify(execFile);

const options = z.strictObject({
  protocol: z.enum(["tcp", "udp"]).default("tcp").describe("the protocol's name: it has a quote"),
  messageBytes: z.int().default(16),
});
const system = defineSystem({
  ...{ name: "my-lab", version: "1.0.0", summary: "a lab" },
  experiments: {
    stream: { name: "stream", summary: "it's a stream", options } as unknown as AnyExperiment,
    "ping-pong": { name: "ping-pong", summary: "a ping", options } as unknown as AnyExperiment,
  },
  suites: { quick: { summary: "all of it", variants: [] } },
  guest: () => {
    throw new Error("not of this test");
  },
});

/** A directory with one file, `saved.txt`, and the scripts beside it. */
let place: string;
const work = () => join(place, "work");
const scriptOf = (shell: string) => join(place, `completion.${shell}`);

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "hoststack-completion-"));
  await exec("mkdir", [work()]);
  await writeFile(join(work(), "saved.txt"), "");
  for (const shell of ["bash", "zsh", "fish"]) {
    const terminal = recordedTerminal();
    expect(await runCli(system, ["completion", shell], terminal)).toBe(0);
    await writeFile(scriptOf(shell), terminal.out.text());
  }
});
afterAll(() => rm(place, { recursive: true, force: true }));

/** Surroundings in which a program of an unpacked package finds its libraries. */
const withTree = (tree: string) => ({
  ...{ PATH: process.env["PATH"], HOME: place, TERM: "xterm" },
  LD_LIBRARY_PATH: ["usr/lib", "lib"]
    .map((directory) => join(tree, directory, "x86_64-linux-gnu"))
    .join(delimiter),
});

describe("bash", () => {
  const ask = async (line: string) => {
    const text = `source "$1"; COMP_LINE="$2" COMP_POINT=\${#2}; _my_lab; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const args = ["-c", text, "bash", scriptOf("bash"), line];
    const { stdout } = await exec("bash", args, { cwd: work() });
    return stdout.split("\n").filter((word) => word !== "");
  };

  test.each([
    ["my-lab do", ["doctor"]],
    ["my-lab run st", ["stream"]],
    ["my-lab run --repeat 2 st", ["stream"]],
    ["my-lab run --out stream pi", ["ping-pong"]],
    ["my-lab run stream --pro", ["--protocol"]],
    ["my-lab run stream --protocol ", ["tcp", "udp"]],
    ["my-lab run stream --protocol=u", ["udp"]],
    ["my-lab run stream --repeat ", []],
    ["my-lab run --testbed n", ["netns"]],
    // bash cuts words at colons itself
    ["my-lab run --testbed kept:", ["lab"]],
    ["my-lab run --testbed s", ["saved.txt"]],
    ["my-lab doctor q", ["quick"]],
    ["my-lab testbed u", ["up"]],
    ["my-lab testbed up --testbed ", ["vm", "netns"]],
    ["my-lab parse s", ["saved.txt"]],
    ["my-lab completion ", ["bash", "zsh", "fish", "--help", "-h"]],
  ])("%j is completed by %j", async (line, words) => {
    expect(await ask(line)).toEqual(words);
  });
});

// the unpacked programs are for this architecture's Debian
const isDebian = process.platform === "linux" && process.arch === "x64";

describe.skipIf(!isDebian)("fish", () => {
  test.each([
    ["my-lab do", ["doctor\tcan it run? requirements, host by host"]],
    ["my-lab run st", ["stream\tit's a stream"]],
    ["my-lab run --repeat 2 q", ["quick\tall of it"]],
    ["my-lab run stream --pro", ["--protocol\tthe protocol's name: it has a quote"]],
    [
      "my-lab run stream --protocol ",
      ["tcp\tthe protocol's name: it has a quote", "udp\tthe protocol's name: it has a quote"],
    ],
    ["my-lab testbed u", ["up\topen a testbed that stays up until it is taken down"]],
    ["my-lab parse s", ["saved.txt"]],
    ["my-lab reap s", []],
  ])("%j is completed", async (line, words) => {
    const tree = await packageTree("fish");
    const text = `source ${scriptOf("fish")}; complete -C '${line}'`;
    const args = ["--no-config", "-c", text];
    const { stdout } = await exec(join(tree, "usr/bin/fish"), args, {
      cwd: work(),
      env: withTree(tree),
    });
    expect(stdout.split("\n").filter((word) => word !== "")).toEqual(words);
  });
});

/** Configuration of a zsh that finds its parts in a tree and shows its line on Ctrl-T. */
async function configureZsh(tree: string): Promise<void> {
  const modules = join(tree, "usr/lib/x86_64-linux-gnu/zsh");
  const [version = ""] = await readdir(modules);
  const functions = join(tree, "usr/share/zsh/functions");
  await writeFile(
    join(place, ".zshenv"),
    `module_path=(${join(modules, version)})\nfpath=(${functions} ${functions}/**/*(/N))\n`,
  );
  await writeFile(
    join(place, ".zshrc"),
    [
      "autoload -Uz compinit; compinit -D -u",
      `source ${scriptOf("zsh")}`,
      'show() { print -r -- "<<$BUFFER>>" }',
      "zle -N show; bindkey '^T' show",
      "ready() { print -r -- '<<ready>>'; precmd_functions=() }; precmd_functions=(ready)",
      "",
    ].join("\n"),
  );
}

/** Types lines into an interactive zsh, each with a Tab at its end; returns what became of them. */
async function typeIntoZsh(lines: readonly string[]): Promise<string[]> {
  const tree = await packageTree("zsh");
  await configureZsh(tree);
  const child = spawn("script", ["-q", "-c", `${join(tree, "bin/zsh")} -i`, "/dev/null"], {
    cwd: work(),
    env: { ...withTree(tree), ZDOTDIR: place },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const shown: string[] = [];
  let said = "";
  const next = [...lines];
  for await (const chunk of child.stdout) {
    said += String(chunk);
    for (let match = /<<(.*?)>>/.exec(said); match !== null; match = /<<(.*?)>>/.exec(said)) {
      shown.push(match[1] ?? "");
      said = said.slice(match.index + match[0].length);
      const line = next.shift();
      // Tab, Ctrl-T; Ctrl-U takes back the line before
      child.stdin.write(line === undefined ? "\u0015exit\r" : `\u0015${line}\t\u0014`);
    }
  }
  if (child.exitCode === null) await once(child, "exit");
  return shown.slice(1);
}

test.skipIf(!isDebian)("zsh completes what is typed", async () => {
  const cases = [
    ["my-lab do", "my-lab doctor "],
    ["my-lab run st", "my-lab run stream "],
    ["my-lab run --repeat 2 pi", "my-lab run --repeat 2 ping-pong "],
    ["my-lab run stream --proto", "my-lab run stream --protocol "],
    ["my-lab run stream --protocol u", "my-lab run stream --protocol udp "],
    ["my-lab run stream --protocol=t", "my-lab run stream --protocol=tcp "],
    ["my-lab run --testbed k", "my-lab run --testbed kept:lab "],
    ["my-lab testbed con", "my-lab testbed console "],
    ["my-lab parse sav", "my-lab parse saved.txt "],
    ["my-lab reap sav", "my-lab reap sav"],
  ] as const;
  expect(await typeIntoZsh(cases.map(([typed]) => typed))).toEqual(
    cases.map(([, completed]) => completed),
  );
});

test("no shell, an unknown one and two are refused", async () => {
  for (const words of [[], ["bsh"], ["bash", "zsh"]]) {
    const terminal = recordedTerminal();
    expect(await runCli(system, ["completion", ...words], terminal)).toBe(2);
    expect(terminal.err.text()).toContain("it knows bash, zsh, fish");
  }
});
