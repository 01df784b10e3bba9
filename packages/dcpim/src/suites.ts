import type { Suite } from "@hoststack/core";

/** The same flows over both protocols, one after the other. */
export const quickstart: Suite = {
  summary: "one long flow and iperf3, over dcPIM and over TCP",
  variants: [
    { id: "dcpim-long", experiment: "long-flows", options: { protocol: "dcpim" } },
    { id: "tcp-long", experiment: "long-flows", options: { protocol: "tcp" } },
    { id: "dcpim-iperf3", experiment: "iperf3", options: { protocol: "dcpim" } },
    { id: "tcp-iperf3", experiment: "iperf3", options: { protocol: "tcp" } },
  ],
};
