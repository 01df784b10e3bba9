// @ts-check

// A worker whose runner was killed would go on with its test; what the test started ends with it.
process.once("disconnect", () => process.exit(1));
