import { expect, test } from "vitest";
import { runRecordJsonSchema } from "./record.js";

// `npx vitest run -u` writes the file after a change of the record
test("the shipped JSON Schema is the one of the code", async () => {
  await expect(`${JSON.stringify(runRecordJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    "../../schema/run.schema.json",
  );
});
