export { type BundleOptions, bundleRun, type WrittenBundle } from "./bundle/bundle-run.js";
export type { Campaign, Experiments } from "./campaign/campaign.js";
export { readCampaignFile } from "./campaign/file/read-campaign-file.js";
export { type PlannedTestbed, plannedTestbed } from "./campaign/planned-testbed.js";
export {
  type PlannedProcess,
  type Preview,
  type PreviewContext,
  previewCampaign,
  type VariantPreview,
} from "./campaign/preview.js";
export {
  campaignOfRecord,
  checkUnchanged,
  type ResumableCampaign,
  type Resumption,
} from "./campaign/resume-campaign.js";
export { type Budget, type CampaignRequest, runCampaign } from "./campaign/run-campaign.js";
export { type ErrorCode, errorCatalogue, exitCodes } from "./errors/catalogue.js";
export { exitCodeOf, hoststackError } from "./errors/error.js";
export {
  applyCounterRules,
  type CounterRule,
  grown,
  nicRules,
  rdmaRules,
  tcpRules,
  udpRules,
} from "./experiment/counter-rule.js";
export { type CpuFacts, cpuFacts, cpuTopologyOf } from "./experiment/cpu-facts.js";
export {
  type EvidenceLevel,
  evidenceOf,
  evidenceWords,
  type FeatureEvidence,
} from "./experiment/evidence.js";
export {
  type AnyExperiment,
  type CheckContext,
  defineExperiment,
  type Experiment,
  type ExperimentContext,
  type ProcessSpec,
  type RoleEnd,
  type RoleEnds,
  type RoleView,
  type ToldWindow,
  type ToolNeed,
} from "./experiment/experiment.js";
export { type HostCounts, hostCounts, hostTotal } from "./experiment/host-counts.js";
export type { HostPart, InformedPart } from "./experiment/host-part.js";
export type { OutputFile, Outputs, ProcessOutput } from "./experiment/outputs.js";
export {
  defineRequirements,
  type HostRequirement,
  type Requirements,
} from "./experiment/requirement.js";
export { runSeries } from "./experiment/run.js";
export {
  type RunExperimentContext,
  runExperiment,
  type TypedTrial,
} from "./experiment/run-experiment.js";
export type { OptionsSchema } from "./experiment/schema.js";
export type { SeriesEvent } from "./experiment/series-event.js";
export type { PlannedTrial, SeriesRequest } from "./experiment/series-request.js";
export type { Variant } from "./experiment/variant.js";
export type { Interval } from "./experiment/window-tracker.js";
export type { Answers, Fact, Facts } from "./facts/fact.js";
export { type TaintFlag, taintFlags, taintWords } from "./facts/taint.js";
export {
  type BatchCommand,
  type BatchOptions,
  type BatchResult,
  type BecomeRoot,
  beatDetached,
  type Command,
  type CommandResult,
  type Detached,
  type DetachedRequest,
  type DetachedState,
  type FollowOptions,
  findDetached,
  followDetached,
  type GetFileOptions,
  type GetTreeOptions,
  getFile,
  getTree,
  type Host,
  type HostParts,
  type Machine,
  openHost,
  openLocalTransport,
  openSshTarget,
  openSshTransport,
  type ProcessExit,
  type ProcessLimits,
  type PutFileOptions,
  type PutTreeOptions,
  putFile,
  putTree,
  quoteArgv,
  quoteWord,
  type RunningProcess,
  type RunOptions,
  removeDetached,
  renewDetached,
  type SshOptions,
  type SshTargetOptions,
  type StartOptions,
  shellText,
  startDetached,
  stopDetached,
  sudoersFragment,
  Transcript,
  type TranscriptEntry,
  type TranscriptSink,
  type TransferOptions,
  type Transport,
  type TreeTransfer,
  transcribed,
} from "./host/index.js";
export type { PlanProgress } from "./plan/apply-host.js";
export { type ApplyOptions, type ApplyReport, applyPlan } from "./plan/apply-plan.js";
export { applyScoped, type ScopedOptions, type ScopedPlan } from "./plan/apply-scoped.js";
export { formatPlan, planJson } from "./plan/format-plan.js";
export type { JournalEntry } from "./plan/journal-entry.js";
export { acquireLease, type Lease, type LeaseOptions } from "./plan/lease.js";
export type { LostEntry } from "./plan/lost-entries.js";
export type { LeaseHolder, Place, PlacedHost } from "./plan/place.js";
export {
  type HostPlan,
  type ImpossibleStep,
  makePlan,
  type Plan,
  type PlannedStep,
  type PlanTarget,
} from "./plan/plan.js";
export type { PlanOptions } from "./plan/plan-options.js";
export {
  type HostRestore,
  type RestoreOptions,
  type RestoreReport,
  restore,
} from "./plan/restore.js";
export type { Answer, Decision, Obstacle, Step, StepPlace, Supply } from "./plan/step.js";
export type { UndoneEntry } from "./plan/undo-entries.js";
export type { UndoOutcome } from "./plan/undo-script.js";
export { findLeftovers } from "./reap/find-leftovers.js";
export { findHostLeftovers, type HostLeftoverOptions } from "./reap/host-leftovers.js";
export type { Leftover } from "./reap/leftover.js";
export { type ReapReport, reap, type UnreapedLeftover } from "./reap/reap.js";
export {
  type ComparedMetric,
  type CompareOptions,
  type Comparison,
  compareRuns,
} from "./report/compare/compare-runs.js";
export type { ReportedRun } from "./report/measurements.js";
export { readRuns } from "./report/read-runs.js";
export { renderReport } from "./report/report.js";
export { writeReport } from "./report/write-report.js";
export {
  type CampaignRecord,
  type CounterDelta,
  type RunRecord,
  recordVersion,
  runRecordJsonSchema,
  runRecordSchema,
  type SummaryRow,
  type TrialRecord,
} from "./result/record.js";
export {
  createRunDirectory,
  type ReopenedRun,
  type RunDirectory,
  readRunRecord,
  reopenRunDirectory,
} from "./result/run-directory.js";
export { describeValues, type Statistics } from "./result/statistics.js";
export type { Reason, Verdict } from "./result/verdict.js";
// biome-ignore lint/performance/noReExportAll: the steps have an entry point of their own, which lists them once
export * from "./steps/index.js";
export type { Build, KernelModuleBuild, ProgramBuild } from "./system/builds/build.js";
export { type BuildHereOptions, buildHere } from "./system/builds/build-here.js";
export { type BuiltPaths, builtFact } from "./system/builds/built-fact.js";
export {
  type BuiltModules,
  builtModulesFact,
  moduleOf,
} from "./system/builds/built-module-fact.js";
export {
  type BuiltPrograms,
  builtProgramsFact,
  programOf,
} from "./system/builds/built-program-fact.js";
export type { RepositoryPatch, SystemKernel } from "./system/kernels/system-kernel.js";
export { type NamedProfile, profileForHosts } from "./system/profiles/profile-for-hosts.js";
export {
  type AnyProfile,
  defineProfile,
  type RoleCounts,
  type SystemProfile,
} from "./system/profiles/system-profile.js";
export {
  type AnySetup,
  defineSetup,
  type Setup,
  type SetupAim,
  type SetupContext,
} from "./system/setup.js";
export { checkSetup, type SetupCheck } from "./system/setup-missing.js";
export {
  type BuildSource,
  type SetupRequest,
  setupOptions,
  setupTargets,
} from "./system/setup-plan.js";
export { defineSystem, type Suite, type System, type SystemOutput } from "./system/system.js";
export { variantsNamed } from "./system/variants.js";
export { type ImportOptions, importCloudLabManifest } from "./testbed/cloudlab/import.js";
export { readTestbedFile } from "./testbed/file/read-testbed-file.js";
export { type TestbedFile, testbedFileJsonSchema } from "./testbed/file/schema.js";
export { endKept } from "./testbed/kept/end.js";
export { type KeepOptions, keepTestbed } from "./testbed/kept/keep.js";
export { type KeptTestbed, keptTestbeds } from "./testbed/kept/list.js";
export type { KeptSpec } from "./testbed/kept/messages.js";
export {
  type OpenTestbedContext,
  openTestbed,
  type TestbedSpec,
} from "./testbed/open-testbed.js";
export type {
  Capability,
  Evidence,
  Link,
  LinkEnd,
  MissingCapability,
  Progress,
  Role,
  Testbed,
} from "./testbed/testbed.js";
export { checkTraffic, type TrafficPlan } from "./testbed/traffic/check-traffic.js";
export type {
  TrafficDemand,
  TrafficEnd,
  TrafficRisk,
  TrafficState,
} from "./testbed/traffic/traffic.js";
export type { GuestRecipe } from "./testbed/vm/recipe.js";
export { readTuningProfile } from "./tuning/file/read-profile.js";
export { profileFileJsonSchema } from "./tuning/file/schema.js";
export { stepsOfProfile, type TunedHost, tuningSteps } from "./tuning/host-steps.js";
export type { ProfileCores, ProfileStep, TuningProfile } from "./tuning/profile.js";
export {
  type HostTuning,
  type HostUntuned,
  restoreTuning,
  type TunedState,
  type TuningAsk,
  tuningState,
} from "./tuning/state.js";
export {
  applyTuning,
  planTuning,
  type TunedBefore,
  type TuningOptions,
  type TuningPlan,
  type TuningReport,
  type TuningTargets,
} from "./tuning/tune.js";
export { packageVersion } from "./version.js";
