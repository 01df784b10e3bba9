import { expect, test } from "vitest";
import { testbedFileJsonSchema } from "./schema.js";

// `npx vitest run -u` writes the file after a change of the format
test("the shipped JSON Schema is the one of the code", async () => {
  await expect(`${JSON.stringify(testbedFileJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    "../../../schema/testbed.schema.json",
  );
});
