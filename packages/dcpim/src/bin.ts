#!/usr/bin/env node
import { runBin } from "@hoststack/core/bin";

process.exitCode = await runBin({
  argv: process.argv.slice(2),
  moduleUrl: import.meta.url,
  load: () => import("./main.js"),
});
