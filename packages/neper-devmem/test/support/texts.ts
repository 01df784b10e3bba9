import type { OutputFile, Outputs } from "@hoststack/core";

const fileOf = (text: string): OutputFile => ({
  path: "/nowhere",
  async *lines() {
    yield* text.split("\n");
  },
  sizeBytes: async () => Buffer.byteLength(text),
});

/** Outputs of processes that are texts; those that are not named have printed nothing. */
export const outputsOf = (
  texts: Readonly<Record<string, { readonly stdout?: string; readonly stderr?: string }>>,
): Outputs => ({
  of(process) {
    const { stdout = "", stderr = "" } = texts[process] ?? {};
    return { stdout: fileOf(stdout), stderr: fileOf(stderr), files: new Map() };
  },
});
