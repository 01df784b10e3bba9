import { expect, test } from "vitest";
import { type Open, outcome, outcomeOf, shell } from "./collect.js";

const awkward = [
  "",
  " ",
  "it's",
  '"double"',
  "$HOME `date` $(date)",
  "back\\slash \\n",
  "two\nlines\n",
  "tab\tbell\u0007",
  "höst-スタック-🧪",
  "!history ^caret ~ * ? [a] {b} # ; & | < > ( ) %d",
  "-n",
  "'",
];

/** What reaches a program: argv, environment, directory. */
export function testArguments(open: Open): void {
  test("passes every argument on as it is", async () => {
    const { stdout } = await outcome(
      open,
      shell('for a; do printf "%s\\0" "$a"; done', ...awkward),
    );
    expect(stdout.toString().split("\0").slice(0, -1)).toEqual(awkward);
  });

  test("adds to the environment", async () => {
    const value = awkward.join("");
    const env = { HOSTSTACK_A: value, HOSTSTACK_B: "" };
    const command = shell(
      'printf "%s|%s|%s" "$HOSTSTACK_A" "$(env | grep -c ^HOSTSTACK_B=$)" "$(test "$PATH" && echo path)"',
    );
    const { stdout } = await outcome(open, { ...command, env });
    expect(stdout.toString()).toBe(`${value}|1|path`);
  });

  test("runs in the wanted directory", async () => {
    const { stdout } = await outcome(open, { argv: ["pwd"], cwd: "/proc/sys" });
    expect(stdout.toString()).toBe("/proc/sys\n");
  });

  test("names a directory that does not exist", async () => {
    await using transport = await open();
    await expect(transport.start({ argv: ["true"], cwd: "/no/such place" })).rejects.toMatchObject({
      code: "COMMAND_FAILED",
      message: expect.stringContaining('"/no/such place"'),
    });
  });

  test("names a program that does not exist", async () => {
    await using transport = await open();
    for (const file of ["no-such-program", "/no/such/program", "if"]) {
      await expect(transport.start({ argv: [file, "--version"] })).rejects.toMatchObject({
        code: "TOOL_MISSING",
        message: expect.stringContaining(`"${file}"`),
      });
    }
    expect((await outcomeOf(await transport.start(shell("exit 127")))).exit.exitCode).toBe(127);
  });

  test("finds programs on the PATH the command brings", async () => {
    await using transport = await open();
    await expect(
      transport.start({ argv: ["true"], env: { PATH: "/proc/sys" } }),
    ).rejects.toMatchObject({ code: "TOOL_MISSING" });
  });

  testLengths(open);
}

function testLengths(open: Open): void {
  test("passes a long argument list", async () => {
    const words = Array.from({ length: 10_000 }, (_, index) => `${index}-${"x".repeat(90)}`);
    const { stdout } = await outcome(open, shell('echo "$#"; shift 9999; echo "$1"', ...words));
    expect(stdout.toString()).toBe(`10000\n${words.at(-1)}\n`);
  });

  test("passes 1 MB of arguments and environment together", async () => {
    const value = (name: string) => `${name}${"ö".repeat(25_000)}`;
    const names = Array.from({ length: 10 }, (_, index) => `HOSTSTACK_${index}`);
    const env = Object.fromEntries(names.map((name) => [name, value(name)]));
    const words = Array.from({ length: 10 }, (_, index) => value(String(index)));
    const text = 'printf "%s\\n" "$@"; env | grep ^HOSTSTACK_[0-9]=';
    const { stdout } = await outcome(open, { ...shell(text, ...words), env });
    const received = stdout.toString().trimEnd().split("\n");
    expect(received.slice(0, 10)).toEqual(words);
    expect(received.slice(10).toSorted()).toEqual(names.map((name) => `${name}=${value(name)}`));
  });

  test("says which argument is longer than Linux allows", async () => {
    await using transport = await open();
    const argv = ["true", "x".repeat(200_000)] as const;
    await expect(transport.start({ argv })).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining("argument 1"),
    });
  });
}
