import { expect, test } from "vitest";
import { configLines, parseConfig, unmetSymbols } from "./config-request.js";

test("values are written as kconfig writes them", () => {
  const lines = configLines({
    NET: "y",
    E1000: "m",
    BPF: "n",
    NR_CPUS: 8,
    BASE: "0x10",
    ARG: "a b",
  });
  expect(lines).toBe(
    [
      "CONFIG_NET=y",
      "CONFIG_E1000=m",
      "# CONFIG_BPF is not set",
      "CONFIG_NR_CPUS=8",
      "CONFIG_BASE=0x10",
      'CONFIG_ARG="a b"',
      "",
    ].join("\n"),
  );
});

test("every symbol that was not taken over is told with what it is instead", () => {
  const config = parseConfig(
    '# CONFIG_BPF is not set\nCONFIG_NET=y\nCONFIG_E1000=y\nCONFIG_ARG="a"\nCONFIG_NR_CPUS=8\n',
  );
  const requested = { NET: "y", BPF: "n", E1000: "m", ARG: "b", NR_CPUS: 8, KEYS: "", GONE: "y" };
  expect(unmetSymbols(config, requested)).toEqual([
    { symbol: "E1000", wanted: "m", got: "y" },
    { symbol: "ARG", wanted: '"b"', got: '"a"' },
    { symbol: "GONE", wanted: "y", got: "n" },
  ]);
});
