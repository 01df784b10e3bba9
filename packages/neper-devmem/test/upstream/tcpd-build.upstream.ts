import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { buildHere } from "@hoststack/core";
import { beforeAll, describe, expect, test } from "vitest";
import { tcpdBuild, tcpdBuildAdvice } from "../../src/devmem/legacy/builds.js";
import { neperMirror, noMirror } from "../support/neper-mirror.js";
import { tcpdProgram } from "../support/tcpd-program.js";

const run = promisify(execFile);
const mirror = neperMirror();

let program: string;
beforeAll(async () => {
  if (mirror !== undefined) program = await tcpdProgram();
});

describe.skipIf(mirror === undefined)(mirror === undefined ? noMirror : "tcpd's build", () => {
  test("is built without shared libraries, with the flags of device memory", async () => {
    const { stdout } = await run(program, ["--help", "--nolog"]).catch((failed) => ({
      stdout: `${failed.stdout}${failed.stderr}`,
    }));
    expect(stdout).toContain("--tcpd-phys-len");
    const linked = await run("ldd", [program]).catch((failed) => failed);
    expect(`${linked.stdout}${linked.stderr}`).toContain("not a dynamic executable");
  });

  test("fails to build with headers of Linux, and it is told why", async () => {
    const build = tcpdBuild({ memory: "udmabuf", headersDirectory: "/usr/include" });
    const { signal } = new AbortController();
    const error = await buildHere(build, { mirrors: [mirror ?? ""], signal }).catch(
      (failed) => failed,
    );
    expect(error).toMatchObject({ code: "PLAN_FAILED" });
    const words = `${error.message}\n${JSON.stringify(error.details)}`;
    expect(tcpdBuildAdvice(words)).toMatch(/headersDirectory has no headers of Google's kernel/);
  });
});
