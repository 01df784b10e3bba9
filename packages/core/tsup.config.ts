import { library } from "../../tsup.base.js";

export default library({
  index: "src/index.ts",
  "host/index": "src/host/index.ts",
  "kernel/index": "src/kernel/index.ts",
  "steps/index": "src/steps/index.ts",
  "cli/index": "src/cli/index.ts",
  "cli/bin": "src/cli/bin.ts",
  holder: "src/testbed/kept/holder-program.ts",
});
