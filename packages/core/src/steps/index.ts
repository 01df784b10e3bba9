/** What a plan can do to a host, as data: each step asks, decides, acts, undoes and verifies. */
export { type BuildStepOptions, buildStep } from "./build.js";
export { type BuiltBinaryStepOptions, builtBinaryStep } from "./built-binary.js";
export {
  type CongestionControlStepOptions,
  congestionControlStep,
} from "./congestion-control.js";
export { type CpuGovernorStepOptions, cpuGovernorStep } from "./cpu/governor.js";
export { type CpuIdleStatesStepOptions, cpuIdleStatesStep } from "./cpu/idle-states.js";
export {
  type IrqbalanceStoppedStepOptions,
  irqbalanceStoppedStep,
} from "./cpu/irqbalance.js";
export {
  type CoreRequest,
  type CpuPlace,
  type CpuTopology,
  placeCpus,
} from "./cpu/place-cpus.js";
export { readCpuTopology } from "./cpu/read-topology.js";
export { type CpuTurboStepOptions, cpuTurboStep } from "./cpu/turbo.js";
export { type DeviceDriverStepOptions, deviceDriverStep } from "./device/driver.js";
export { type IommuState, iommuAdvice, readIommuState } from "./device/iommu.js";
export { type DirectoryStepOptions, directoryStep } from "./directory.js";
export { type DownloadStepOptions, downloadStep } from "./download.js";
export { type FileStepOptions, fileStep } from "./file.js";
export { type GitCheckoutStepOptions, gitCheckoutStep } from "./git-checkout.js";
export { type LibraryStepOptions, libraryPath, libraryStep } from "./library.js";
export { type LinkAddressStepOptions, linkAddressStep } from "./link/address.js";
export { type GsoMaxSizeStepOptions, gsoMaxSizeStep } from "./link/gso-max-size.js";
export { managementFact, managementReason } from "./link/management.js";
export { type LinkMtuStepOptions, linkMtuStep } from "./link/mtu.js";
export { softRoceStep } from "./link/soft-roce.js";
export { type LinkUpStepOptions, linkUpStep } from "./link/up.js";
export { type LinkStepsOptions, linkSteps } from "./link.js";
export { type HugePagesStepOptions, hugePagesStep } from "./memory/huge-pages.js";
export {
  type TransparentHugePagesStepOptions,
  transparentHugePagesStep,
} from "./memory/transparent-huge-pages.js";
export { type ModuleStepOptions, moduleStep } from "./module.js";
export type {
  KernelFault,
  KernelFaultKind,
} from "./module-file/kernel-faults.js";
export type { KernelMessage } from "./module-file/kernel-log.js";
export {
  type ModuleFile,
  type ModuleFileStepOptions,
  moduleFileStep,
} from "./module-file.js";
export { type ChannelsStepOptions, channelsStep } from "./nic/channels.js";
export { type CoalescingStepOptions, coalescingStep } from "./nic/coalescing.js";
export { type FlowHashStepOptions, flowHashStep } from "./nic/flow-hash.js";
export type { FlowRule } from "./nic/flow-rule.js";
export { type FlowSteeringStepOptions, flowSteeringStep } from "./nic/flow-steering.js";
export { type IrqAffinityStepOptions, irqAffinityStep } from "./nic/irq-affinity.js";
export { type OffloadsStepOptions, offloadsStep } from "./nic/offloads.js";
export { type PauseStepOptions, pauseStep } from "./nic/pause.js";
export { type PrivateFlagsStepOptions, privateFlagsStep } from "./nic/private-flags.js";
export { type QdiscStepOptions, qdiscStep } from "./nic/qdisc.js";
export {
  type QueueCpus,
  type QueueSteeringStepOptions,
  queueSteeringStep,
} from "./nic/queue-steering.js";
export {
  type ReceiveFlowSteeringOptions,
  receiveFlowSteeringSteps,
} from "./nic/receive-flow-steering.js";
export { type RingsStepOptions, ringsStep } from "./nic/rings.js";
export { type RssStepOptions, rssStep } from "./nic/rss.js";
export { type PackagesStepOptions, packagesStep } from "./packages.js";
export { type PatternEditStepOptions, patternEditStep } from "./pattern-edit.js";
export {
  openProfileSwitch,
  type Profile,
  type ProfileReport,
  type ProfileSwitch,
} from "./profile/profile-switch.js";
export { type ProgramsStepOptions, programsStep } from "./programs.js";
export { type SysctlStepOptions, sysctlStep } from "./sysctl.js";
export { type PtpStepOptions, ptpStep } from "./time/ptp.js";
export type { PtpReading } from "./time/ptp-reading.js";
export {
  type PtpWatch,
  type PtpWatchOptions,
  ptpWatchArgv,
  ptpWatchParser,
  ptpWatchReadiness,
} from "./time/ptp-watch.js";
export { readTimeSync, type TimeSyncState } from "./time/read-time-sync.js";
export { type TimeSyncStoppedStepOptions, timeSyncStoppedStep } from "./time/time-sync.js";
export { type PtpEnd, type WaitForPtpOptions, waitForPtp } from "./time/wait-for-ptp.js";
