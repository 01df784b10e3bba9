import { defineSystem, packageVersion } from "@hoststack/core";
import { roundTrip } from "./experiments/round-trip.js";
import { sixthGuest } from "./guest.js";

/** What the command line and the library of sixth-system offer. */
export const sixthSystem = defineSystem({
  name: "sixth-system",
  version: packageVersion(import.meta.url),
  summary: "what it measures, in one line",
  experiments: { "round-trip": roundTrip },
  suites: {
    quickstart: {
      summary: "all of it, short",
      variants: [{ id: "round-trip", experiment: "round-trip", options: { durationS: 2 } }],
    },
  },
  // what is built from sources and set up on real hosts: `setup: defineSetup({ ... })`, see neper-devmem
  guest: sixthGuest,
});
