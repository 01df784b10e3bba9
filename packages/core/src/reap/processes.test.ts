import { expect, test } from "vitest";
import { processToken } from "../host/process-token.js";
import { ownerIn } from "./processes.js";

test("an owner is told by a whole token only", () => {
  const token = processToken();
  expect(ownerIn(`A=1\0HOSTSTACK_OWNER=${token}\0B=2\0`)).toBe(token);
  const others = [`HOSTSTACK_OWNERS=${token}`, `X=HOSTSTACK_OWNER=${token}`, "HOSTSTACK_OWNER=me"];
  for (const other of [...others, "HOSTSTACK_OWNER=", `HOSTSTACK_OWNER=${token} `, ""]) {
    expect(ownerIn(`${other}\0`)).toBeUndefined();
  }
});
