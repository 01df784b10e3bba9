export { moduleRequirements } from "./doctor/requirements.js";
export {
  allToAll,
  allToAllPeers,
  incastHosts,
  permutation,
} from "./experiments/hosts/patterns.js";
export { incast } from "./experiments/incast.js";
export { longFlows } from "./experiments/long-flows.js";
export { pingPong } from "./experiments/ping-pong.js";
export { redirectedIperf3 } from "./experiments/redirected-iperf3.js";
export { shortMessages } from "./experiments/short-messages.js";
export { dcpimGuest } from "./guest.js";
export { dcpimKernels } from "./kernel.js";
export { kernelFact } from "./kernel-fact.js";
export { moduleBuild } from "./module/build.js";
export { type ModuleEdits, moduleEdits } from "./module/edits.js";
export {
  type CpuPlan,
  checkFit,
  type KnobFinding,
  type KnobPlace,
  type KnobUse,
  knobFindings,
  knobsOf,
  planCpus,
} from "./module/fit-knobs.js";
export { type KnobHost, knobFacts, knobsFor, type MachineKind } from "./module/host-knobs.js";
export { givenKnobs, type KnobOptions } from "./module/knob-options.js";
export {
  checkKnobs,
  cloudLabKnobs,
  type DerivedKnobs,
  derivedKnobs,
  emulatedGuestKnobs,
  knobDefines,
  type ModuleKnobs,
  publishedKnobs,
} from "./module/knobs.js";
export {
  distributionKernel,
  type KernelSigns,
  kernelOfName,
  type ModuleKernel,
  possibleKernels,
} from "./module/module-kernel.js";
export { type ClientLog, clientLogParser } from "./outputs/client-log.js";
export {
  type OneSidedFile,
  type OneSidedLatency,
  parseLatencyFile,
  parseOneSidedFile,
  parseSentFile,
  publishedLatency,
  type SentFile,
} from "./outputs/latency-files.js";
export { latencyFindings, silentFindings } from "./outputs/latency-findings.js";
export { type MachineCores, measuredCores } from "./outputs/measured-cores.js";
export {
  type ClockComparison,
  type MessageClientLog,
  type MessageServerLog,
  messageClientParser,
  messageServerParser,
  type OneWayLatency,
} from "./outputs/message-logs.js";
export { publishedIperf3Number, publishedServerGbps } from "./outputs/published.js";
export { parseRedirectedIperf3, type RedirectedIperf3 } from "./outputs/redirected-iperf3.js";
export { type RoundTrips, roundTripsParser } from "./outputs/round-trips.js";
export {
  type CoresInUse,
  coresInUse,
  publishedCores,
  type SarCpu,
  type SarCpuUse,
  sarCpuParser,
} from "./outputs/sar.js";
export {
  bytesReceived,
  type ServerInterval,
  type ServerLog,
  type SteadyThroughput,
  serverLogParser,
  steadyFlows,
  steadyThroughput,
} from "./outputs/server-log.js";
export {
  cloudLabProfile,
  longProfile,
  type ProfileHost,
  shortProfile,
} from "./profiles/host-profiles.js";
export { redirectLibrary, testPrograms, upstream } from "./programs.js";
export { dcpimSetup } from "./setup.js";
export {
  type ClusterPlace,
  cardRules,
  clusterPlan,
  clusterPort,
  ethtoolLines,
  longFlowPlan,
  type SteeringNeeds,
  type SteeringPlan,
  shortMessagePlan,
  steeringNeeds,
} from "./steering/plans.js";
export { dcpim } from "./system.js";
