import type { Suite } from "@hoststack/core";

/** The same flow over both protocols, one after the other. */
export const quickstart: Suite = {
  summary: "one long flow over dcPIM and over TCP",
  variants: [
    { id: "dcpim-long", experiment: "long-flows", options: { protocol: "dcpim" } },
    { id: "tcp-long", experiment: "long-flows", options: { protocol: "tcp" } },
  ],
};
