import { defineSystem, packageVersion } from "@hoststack/core";
import { allToAll, allToAllPeers, incastHosts, permutation } from "./experiments/hosts/patterns.js";
import { incast } from "./experiments/incast.js";
import { longFlows } from "./experiments/long-flows.js";
import { pingPong } from "./experiments/ping-pong.js";
import { redirectedIperf3 } from "./experiments/redirected-iperf3.js";
import { shortMessages } from "./experiments/short-messages.js";
import { dcpimGuest } from "./guest.js";
import { dcpimKernels } from "./kernel.js";
import { dcpimProfiles } from "./profiles/system-profiles.js";
import { dcpimSetup } from "./setup.js";
import { publishedCloudLab, publishedMessages, quickstart } from "./suites.js";

/** dcPIM: what its command line and library offer. */
export const dcpim = defineSystem({
  name: "dcpim",
  version: packageVersion(import.meta.url),
  summary: "dcPIM against TCP, built, run and judged",
  experiments: {
    "long-flows": longFlows,
    incast,
    "ping-pong": pingPong,
    "short-messages": shortMessages,
    iperf3: redirectedIperf3,
    permutation,
    "all-to-all": allToAll,
    "all-to-all-peers": allToAllPeers,
    "incast-hosts": incastHosts,
  },
  suites: {
    quickstart,
    "published-messages": publishedMessages,
    "published-cloudlab": publishedCloudLab,
  },
  setup: dcpimSetup,
  kernels: dcpimKernels,
  profiles: dcpimProfiles,
  guest: dcpimGuest,
});
