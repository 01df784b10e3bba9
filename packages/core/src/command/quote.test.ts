import { execFileSync, spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteArgv, quoteWord, shellText } from "./quote.js";

/** Shells of this machine; `sh` is always one of them. */
const shells = [["sh"], ["dash"], ["bash", "--posix"], ["busybox", "sh"]].filter(
  ([file]) => spawnSync(file ?? "", ["-c", ":"]).error === undefined,
);

/** Any text a program can receive: no NUL, and nothing UTF-8 cannot carry. */
const word = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(..."'\"\\$`!\n\t *?[]{}~#;&|<>()=-%ab") }),
  )
  .filter((text) => !text.includes("\0"));

const words = fc.array(word, { maxLength: 6 });

/** The arguments a shell's program receives from a command text. */
function received(shell: readonly string[], text: string): string[] {
  const [file, ...flags] = shell;
  const output = execFileSync(file ?? "", [...flags, "-c", `printf '%s\\0' x ${text}`]).toString();
  return output.split("\0").slice(1, -1);
}

describe.each(shells.map((shell) => [shell.join(" "), shell] as const))("%s", (_, shell) => {
  test("yields exactly the quoted argv again", () => {
    fc.assert(
      fc.property(words, (argv) => {
        expect(received(shell, quoteArgv(argv))).toEqual(argv);
      }),
      { numRuns: 150 },
    );
  });

  test("gives a command its environment, directory and arguments", () => {
    fc.assert(
      fc.property(words, word, (argv, value) => {
        const script = 'printf "%s\\0" "$HOSTSTACK_VALUE" "$PWD" "$@"';
        const text = shellText({
          argv: ["sh", "-c", script, "sh", ...argv],
          cwd: "/proc/sys",
          env: { HOSTSTACK_VALUE: value },
        });
        const [file = "", ...flags] = shell;
        const output = execFileSync(file, [...flags, "-c", text]).toString();
        expect(output.split("\0").slice(0, -1)).toEqual([value, "/proc/sys", ...argv]);
      }),
      { numRuns: 50 },
    );
  });
});

test("leaves plain words as they are", () => {
  expect(quoteArgv(["iperf3", "-c", "10.77.0.1", "--bind=eth0@if2"])).toBe(
    "iperf3 -c 10.77.0.1 --bind=eth0@if2",
  );
  expect(quoteWord("")).toBe("''");
});

test("refuses what no program can receive", () => {
  expect(() => quoteWord("a\0b")).toThrow(expect.objectContaining({ code: "OPTIONS_INVALID" }));
  expect(() => shellText({ argv: ["true"], env: { "A-B": "" } })).toThrow(/"A-B" is not a name/);
});
