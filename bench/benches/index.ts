import type { Bench } from "../harness/bench.js";
import { warmCommand } from "./b1-warm-command.js";
import { connect } from "./b2-connect.js";
import { batch } from "./b3-batch.js";
import { fanOut } from "./b4-fan-out.js";
import { reapply } from "./b5-reapply.js";
import { transfer } from "./b7-transfer.js";
import { kernelBuild } from "./b8-kernel-build.js";
import { wholeKernel } from "./b9-whole-kernel.js";
import { moduleBuild } from "./b10-module-build.js";
import { netns } from "./b11-netns.js";
import { guests } from "./b12-guests.js";
import { cliStart } from "./b15-cli-start.js";
import { installSize } from "./b16-install-size.js";
import { memory } from "./m1-memory.js";

/** All benches, in the order of their ids. */
export const benches: readonly Bench[] = [
  warmCommand,
  connect,
  batch,
  fanOut,
  reapply,
  transfer,
  kernelBuild,
  wholeKernel,
  moduleBuild,
  netns,
  guests,
  cliStart,
  installSize,
  memory,
];
