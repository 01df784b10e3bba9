import { expect, test } from "vitest";
import type { Host } from "../../host/host.js";
import { shell } from "../transport-contract/collect.js";

/** Batches side by side, and what earlier ones leave behind. */
export function testLeftovers(open: () => Promise<Host>): void {
  test("a slow batch holds no other one up", async () => {
    await using host = await open();
    const slow = host.batch([shell("read -r line </dev/zero; echo no")], { deadlineMs: 600_000 });
    const stopped = slow.catch((error: unknown) => error);
    for (let wave = 0; wave < 3; wave++) {
      const batches = Array.from({ length: 12 }, (_, index) =>
        host.batch([shell('echo "$1"', String(index)), shell('exit "$1"', String(index))]),
      );
      const results = await Promise.all(batches);
      expect(results.map(([first]) => Number(first?.stdout))).toEqual([...results.keys()]);
      expect(results.map(([, second]) => second?.exitCode)).toEqual([...results.keys()]);
    }
    await host[Symbol.asyncDispose]();
    expect(await stopped).toMatchObject({ code: "HOST_UNREACHABLE" });
  });

  test("what a process left behind writes between batches is nobody's output", async () => {
    await using host = await open();
    const [left] = await host.batch([
      shell("(sleep 0.3; echo late; echo late >&2) & echo early; exit 4"),
    ]);
    expect(left).toMatchObject({ stdout: "early\n", exitCode: 4 });
    await host.run({ argv: ["sleep", "1"] });
    const results = await host.batch([shell("echo mine"), shell("echo err >&2")]);
    expect(results).toMatchObject([
      { stdout: "mine\n", stderr: "" },
      { stdout: "", stderr: "err\n" },
    ]);
  });

  test("a process left behind is not waited for, and ends with the host", async () => {
    const host = await open();
    const [left] = await host.batch([shell("sleep 100 & echo $!")]);
    const pid = left?.stdout.trim() ?? "";
    expect(await host.batch([{ argv: ["kill", "-0", pid] }])).toMatchObject([{ exitCode: 0 }]);
    await host[Symbol.asyncDispose]();
    await using after = await open();
    const text = 'kill -0 "$1" 2>/dev/null && ! grep -q ") Z" "/proc/$1/stat"';
    expect(await after.batch([shell(text, pid)])).toMatchObject([{ exitCode: 1 }]);
  });
}
