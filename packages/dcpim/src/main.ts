/** Runs the command line and returns its exit code; the code behind it is loaded when called. */
export async function main(argv: readonly string[]): Promise<number> {
  const [{ runCli }, { dcpim }] = await Promise.all([
    import("@hoststack/core/cli"),
    import("./system.js"),
  ]);
  return runCli(dcpim, argv);
}
