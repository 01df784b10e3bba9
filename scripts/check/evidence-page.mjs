// @ts-check

/**
 * @typedef {{ readonly feature: string, readonly level: string }} Feature
 * @typedef {{ readonly name: string, readonly evidence: readonly Feature[] }} Row
 */

/** What the levels mean, highest first. */
const meanings = {
  "seen on hardware": "ran between real machines, on network cards of their own",
  "seen in guest": "ran between guests with kernels of their own, emulated ones too",
  "seen in namespace": "ran between network namespaces of one machine",
  constructed: "tested on outputs that were made for it, never run",
  "plan only": "written down, neither run nor tested on outputs",
};

/**
 * The page about how far experiments have been seen to work; systems by name.
 * @param {Readonly<Record<string, readonly Row[]>>} systems
 */
export function evidencePage(systems) {
  const tables = Object.entries(systems).map(([system, rows]) =>
    [
      `## ${system}`,
      "",
      "| experiment | feature | evidence |",
      "| --- | --- | --- |",
      ...rows.flatMap(({ name, evidence }) =>
        evidence.map(({ feature, level }) => `| \`${name}\` | ${feature} | ${level} |`),
      ),
    ].join("\n"),
  );
  const head = [
    "# Evidence",
    "",
    "Made by `node scripts/docs.mjs` from the definitions of the experiments; `doctor` shows the same. One level for each",
    "feature, the highest it has reached:",
    "",
    ...Object.entries(meanings).map(([level, meaning]) => `- **${level}**: ${meaning}`),
  ].join("\n");
  return { text: `${[head, ...tables].join("\n\n")}\n`, problems: [] };
}
