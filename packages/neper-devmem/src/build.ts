import type { ProgramBuild } from "@hoststack/core";
import { type NeperProgram, neperFields } from "./neper/options.js";

const programs = Object.keys(neperFields) as [NeperProgram, ...NeperProgram[]];

/** Plain neper, all eight programs: branch `master` of 2025-11-04. */
export const neperBuild = {
  name: "neper",
  source: {
    repository: "https://github.com/google/neper.git",
    commit: "ea5890fe25abb349342ef48162fe90c4e6f39c35",
  },
  argv: ["make", "-j2", ...programs],
  artefacts: programs,
  tools: [
    { program: "make", debianPackage: "make" },
    { program: "cc", debianPackage: "gcc" },
  ],
} satisfies ProgramBuild;
