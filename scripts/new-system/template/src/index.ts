export { roundTrip } from "./experiments/round-trip.js";
export { sixthGuest } from "./guest.js";
export { type RoundTrips, roundTripsParser } from "./round-trips.js";
export { sixthSystem } from "./system.js";
