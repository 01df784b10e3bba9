import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aboutSymbol, parseSymbols, symbolScript } from "./symbol-needs.js";

const files = {
  Kconfig: 'source "net/Kconfig"\n',
  "net/Kconfig": `menuconfig NET
	bool "Networking"
	help
	  Say Y,
	  if you want it.

if NET

config UNIX
	bool

if INET
source "net/ipv4/Kconfig"
endif

endif
`,
  "net/ipv4/Kconfig": `config IP_PNP
	bool

menu "Congestion"
	depends on TCP && !BROKEN

if TCP_CONG_ADVANCED

config TCP_CONG_BBR
	tristate
	depends on X86
	help
	  depends on nothing

endif # TCP_CONG_ADVANCED

endmenu

config IP_LAST
	bool
`,
};

let line: string;
beforeEach(async () => {
  line = await mkdtemp(join(tmpdir(), "hoststack-test-"));
  for (const [path, text] of Object.entries(files)) {
    const file = join(line, "tree", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
});
afterEach(() => rm(line, { recursive: true, force: true }));

function needsOf(symbol: string): readonly string[] | undefined {
  const stdout = execFileSync("sh", ["-c", symbolScript, "sh", line, symbol], { encoding: "utf8" });
  return parseSymbols(stdout).get(symbol);
}

test("a symbol needs what it says, what is around it, and what is around its file", () => {
  expect(needsOf("TCP_CONG_BBR")).toEqual([
    "known",
    ...["depends on TCP && !BROKEN", "depends on TCP_CONG_ADVANCED", "depends on X86"],
    ...["depends on NET", "depends on INET"],
  ]);
  expect(needsOf("IP_LAST")).toEqual(["known", "depends on NET", "depends on INET"]);
  expect(needsOf("UNIX")).toEqual(["known", "depends on NET"]);
  expect(needsOf("NET")).toEqual(["known"]);
  expect(needsOf("NONE")).toEqual([]);
});

test("what of it is off is told", () => {
  const config = new Map([["X86", "y"]]);
  expect(aboutSymbol(["known", "depends on X86 && !BROKEN", "depends on NET"], config)).toBe(
    "depends on X86 && !BROKEN; depends on NET; off now: NET",
  );
  expect(aboutSymbol(["known", "depends on X86"], config)).toBe("depends on X86");
  expect(aboutSymbol(["known"], config)).toMatch(/^another symbol selects it/);
  expect(aboutSymbol([], config)).toBe("these sources have no such symbol");
});
