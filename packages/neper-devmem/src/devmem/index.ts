/** Device memory: flow sets as data, what hosts have of it, engines, receivers and verdicts. */
export type { DevmemFacts, NicFacts } from "./discovery/facts.js";
export {
  type NicGpuPair,
  type PciDevice,
  type PciNearness,
  pairNicsWithGpus,
  pciAddressOf,
  pciDistance,
} from "./discovery/pairs.js";
export { devmemFact } from "./discovery/parser.js";
export {
  type EngineEnd,
  type EngineName,
  engineNames,
  engineRequirements,
  requireEngine,
} from "./engines/engine.js";
export type { NicQuestion, Requirement } from "./engines/requirement.js";
export { devmemExperiments } from "./experiment/experiments.js";
export type { KperfStreamResult } from "./experiment/kperf-stream.js";
export type { DevmemLink, DevmemResult } from "./experiment/legacy-result.js";
export {
  a3High,
  type MachineProfile,
  type ProfileNic,
  profileEnds,
} from "./flow-sets/a3-high.js";
export { tcpStreamArgv, tcpStreamEnvironment } from "./flow-sets/argv.js";
export { dryRunText } from "./flow-sets/dry-run.js";
export type { FlowEnd, FlowSet, Gpu } from "./flow-sets/flow-set.js";
export { type FlowSetInput, type FlowSetOptions, flowSetOptions } from "./flow-sets/options.js";
export { type NicPair, planFlowSets } from "./flow-sets/plan.js";
export { type TcpdBuildOptions, tcpdBuild, tcpdBuildAdvice } from "./legacy/builds.js";
export {
  type ContainerOptions,
  containerCommand,
  containerRemovalCommand,
  type FirewallOpening,
  firewallCommands,
  type ImageOptions,
  imageBuildCommand,
} from "./legacy/container.js";
export {
  type KperfResult,
  type KperfSides,
  kperfClientArgv,
  kperfParser,
  kperfServerArgv,
} from "./mainline/kperf.js";
export {
  type NcdevmemResult,
  ncdevmemArgv,
  ncdevmemBuildArgv,
  ncdevmemParser,
  ncdevmemSelfTestArgv,
  validationPattern,
} from "./mainline/ncdevmem.js";
export {
  type DriverResetOptions,
  driverResetCommands,
  driverResetStep,
} from "./receiver/driver-reset.js";
export { type ReceiverOptions, receiverSteps } from "./receiver/receiver-steps.js";
export { settledCommand } from "./receiver/settled-command.js";
export { type ValidationLog, validationLogParser } from "./validation/log.js";
export {
  devmemSamples,
  type ReceivedRun,
  type ValidationVerdict,
  validationVerdict,
} from "./validation/verdict.js";
