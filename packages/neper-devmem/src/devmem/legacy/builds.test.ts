import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { tcpdBuild, tcpdBuildAdvice } from "./builds.js";

const headersDirectory = "/srv/fork/usr/include";

test.each([
  [
    { memory: "udmabuf", headersDirectory } as const,
    ["WITH_TCPDEVMEM_UDMABUF=1", `HEADERS_DIR=${headersDirectory}`],
  ],
  [
    { memory: "cuda", headersDirectory } as const,
    ["WITH_TCPDEVMEM_CUDA=1", `HEADERS_DIR=${headersDirectory}`],
  ],
  [{ memory: "none", static: true } as const, ["LDFLAGS=-static"]],
  [{ memory: "none" } as const, []],
])("builds %j", (options, flags) => {
  const build = tcpdBuild(options);
  expect(build.argv).toEqual(["make", "tcp_stream", ...flags]);
  expect(build.edits).toBeUndefined();
  expect(build.name).toBe(`tcpd-${options.memory}`);
});

test("another architecture is an edit, and only CUDA needs nvcc", () => {
  const cuda = tcpdBuild({ memory: "cuda", headersDirectory, cudaArchitecture: "sm_80" });
  expect(cuda.edits).toEqual({
    Makefile: [{ pattern: "-arch=sm_90 ", replacement: "-arch=sm_80 " }],
  });
  const programs = (build: typeof cuda) => build.tools?.map(({ program }) => program);
  expect(programs(cuda)).toEqual(["make", "cc", "nvcc"]);
  expect(programs(tcpdBuild({ memory: "none" }))).toEqual(["make", "cc"]);
});

test.each([
  [{ memory: "udmabuf" } as const, "headersDirectory"],
  [{ memory: "none", headersDirectory } as const, "headersDirectory"],
  [{ memory: "cuda", headersDirectory: "usr/include" } as const, "headersDirectory"],
  [{ memory: "cuda", headersDirectory, static: true } as const, "static"],
  [{ memory: "udmabuf", headersDirectory, static: false } as const, "static"],
  [{ memory: "udmabuf", headersDirectory, cudaArchitecture: "sm_80" } as const, "cudaArchitecture"],
  [{ memory: "cuda", headersDirectory, cudaArchitecture: "hopper" } as const, "cudaArchitecture"],
])("refuses %j", (options, field) => {
  expect(() => tcpdBuild(options)).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", details: { field } }),
  );
});

test("tells what a failed build means", () => {
  const words = readFileSync(
    new URL("../../../test/fixtures/make-udmabuf-no-headers.txt", import.meta.url),
    "utf8",
  );
  expect(tcpdBuildAdvice(words)).toMatch(/no headers of Google's kernel/);
  expect(tcpdBuildAdvice("/usr/bin/ld: cannot find -lcuda: No such file")).toMatch(/CUDA driver/);
  expect(tcpdBuildAdvice("nvcc fatal : Unsupported gpu architecture 'sm_70'")).toMatch(/nvcc/);
  expect(tcpdBuildAdvice("make: *** No rule to make target")).toBeUndefined();
});
