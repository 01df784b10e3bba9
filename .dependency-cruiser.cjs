/** Layers of core, lowest first: a layer imports only layers listed before it (and itself). */
const layers = [
  "errors",
  "command",
  "host",
  "facts",
  "packages",
  "plan",
  "steps",
  "kernel",
  "testbed",
  "tuning",
  "reap",
  "result",
  "metrics",
  "experiment",
  "doctor",
  "campaign",
  "report",
  "bundle",
  "system",
  "cli",
];

const upwards = layers.map((layer, index) => ({
  name: `core-${layer}-imports-no-higher-layer`,
  severity: "error",
  from: { path: `^packages/core/src/${layer}/` },
  to: { path: `^packages/core/src/(${layers.slice(index + 1).join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...upwards.slice(0, -1),
    {
      name: "tools-imports-no-other-package",
      severity: "error",
      from: { path: "^packages/tools/" },
      to: { path: "^packages/", pathNot: "^packages/tools/" },
    },
    {
      name: "core-imports-no-system",
      severity: "error",
      from: { path: "^packages/core/" },
      to: { path: "^packages/", pathNot: "^packages/(core|tools)/" },
    },
    {
      name: "systems-never-import-each-other",
      severity: "error",
      from: { path: "^packages/([^/]+)/", pathNot: "^packages/(core|tools)/" },
      to: { path: "^packages/", pathNot: "^packages/(core|tools|$1)/" },
    },
    {
      name: "packages-are-entered-by-their-exports",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      to: {
        path: "^packages/[^/]+/src/",
        pathNot: [
          "^packages/$1/",
          "^packages/[^/]+/src/index\\.ts$",
          "^packages/core/src/cli/(index|bin)\\.ts$",
          "^packages/core/src/(host|kernel|steps)/index\\.ts$",
          "^packages/tools/src/kernel/error\\.ts$",
          "^packages/core/src/testing/index\\.ts$",
        ],
      },
    },
    {
      name: "hosts-alone-load-quickly",
      comment: "a script that only wants hosts starts in a third of the time without schemas",
      severity: "error",
      from: { path: "^packages/core/src/(errors|command|host)/", pathNot: "\\.test\\.ts$" },
      to: { path: "(node_modules/(zod|yaml|@rgrove)/|^packages/tools/src/index\\.ts$)" },
    },
    {
      name: "library-code-never-imports-the-cli",
      severity: "error",
      from: {
        path: "^packages/[^/]+/src/",
        pathNot: "(^packages/[^/]+/src/(main|bin)\\.ts$|/src/cli/)",
      },
      to: { path: "^packages/core/src/cli/" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@hoststack/source", "import", "default"],
    },
  },
};
