import { library } from "../../tsup.base.js";

export default library({ index: "src/index.ts", error: "src/kernel/error.ts" });
