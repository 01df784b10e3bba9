import { expect, test } from "vitest";
import { hoststackError } from "../errors/error.js";
import { errorData } from "./error-data.js";

test("an error is told with its own remedy and details, or with what helps with its kind", () => {
  const own = hoststackError("BOOT_UNPROVEN", "node0 runs 6.1, not 6.6", {
    remedy: "read its console",
    details: { failure: "panicked" },
  });
  expect(errorData(own)).toEqual({
    ...{ code: "BOOT_UNPROVEN", message: "node0 runs 6.1, not 6.6", remedy: "read its console" },
    details: { failure: "panicked" },
  });
  expect(errorData(hoststackError("HOST_UNREACHABLE", "no way there"))).toEqual({
    ...{ code: "HOST_UNREACHABLE", message: "no way there" },
    remedy: "check that ssh reaches the same destination by itself",
  });
  expect(errorData(new TypeError("not a function"))).toEqual({
    message: "unexpected error: TypeError: not a function",
  });
});
