/** Exit codes of every hoststack command line. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  preflight: 3,
  unreachable: 4,
  partial: 5,
  regression: 6,
  /** What `plan --detailed-exitcode` says when something would be changed. */
  pending: 10,
  interrupted: 130,
} as const;

/** Every error of core: the exit code it leads to and what it means. */
export const errorCatalogue = {
  BOOT_REFUSED: {
    exitCode: exitCodes.preflight,
    meaning: "a host cannot be booted into another kernel with a way back to its own",
  },
  BOOT_UNPROVEN: {
    exitCode: exitCodes.failed,
    meaning: "a host does not run the kernel it was to boot, or it cannot be proven that it does",
  },
  BUDGET_SPENT: {
    exitCode: exitCodes.partial,
    meaning: "the time a run was given would not have sufficed for its next trial",
  },
  BUNDLE_REFUSED: {
    exitCode: exitCodes.failed,
    meaning: "a run cannot be bundled: it goes on, changes, or a name would remain in it",
  },
  CAMPAIGN_CHANGED: {
    exitCode: exitCodes.usage,
    meaning: "a run cannot be resumed as another one than it was started as",
  },
  CAMPAIGN_INVALID: {
    exitCode: exitCodes.usage,
    meaning: "a campaign file cannot be read or says something impossible",
  },
  CAPABILITY_MISSING: {
    exitCode: exitCodes.preflight,
    meaning: "the testbed or this machine cannot do what the experiment needs",
  },
  CLOCK_UNSTEADY: {
    exitCode: exitCodes.failed,
    meaning: "a guest's clock runs at another rate than its host's, so no figure can be trusted",
  },
  COMMAND_FAILED: { exitCode: exitCodes.failed, meaning: "a command ended with a failure" },
  COMMAND_TIMED_OUT: { exitCode: exitCodes.failed, meaning: "a command passed its deadline" },
  DOWNLOAD_FAILED: { exitCode: exitCodes.failed, meaning: "packages could not be downloaded" },
  EXPERIMENT_UNKNOWN: {
    exitCode: exitCodes.usage,
    meaning: "no experiment or suite has that name",
  },
  GUEST_FAILED: { exitCode: exitCodes.failed, meaning: "a guest did not boot or died" },
  HOST_KEY_REJECTED: {
    exitCode: exitCodes.unreachable,
    meaning: "a host showed an SSH key other than the one it is known by",
  },
  HOST_UNREACHABLE: { exitCode: exitCodes.unreachable, meaning: "no connection to a host" },
  INTERRUPTED: { exitCode: exitCodes.interrupted, meaning: "stopped by a signal, cleaned up" },
  KERNEL_BUILD_FAILED: {
    exitCode: exitCodes.failed,
    meaning: "a stage of a kernel build ended with a failure, e.g. a compile error",
  },
  KERNEL_CONFIG_UNMET: {
    exitCode: exitCodes.usage,
    meaning: "a kernel's configuration did not take over a symbol as it was requested",
  },
  KERNEL_FAULT: {
    exitCode: exitCodes.failed,
    meaning: "the kernel reported an oops, a BUG, a warning or a missing symbol about a module",
  },
  KERNEL_PATCH_FAILED: {
    exitCode: exitCodes.usage,
    meaning: "a patch or an edit does not fit the sources of a kernel",
  },
  KERNEL_RECIPE_INVALID: {
    exitCode: exitCodes.usage,
    meaning: "the description of a kernel cannot be read or says something impossible",
  },
  LINK_UNUSABLE: {
    exitCode: exitCodes.preflight,
    meaning: "an interface of a link is missing, down or not as the testbed file says",
  },
  LEASE_HELD: { exitCode: exitCodes.preflight, meaning: "another controller holds a machine" },
  LEASE_LOST: {
    exitCode: exitCodes.failed,
    meaning: "the hold on a machine ended, because its heart-beat did not arrive in time",
  },
  MODULE_BUILD_FAILED: {
    exitCode: exitCodes.failed,
    meaning: "a kernel module could not be compiled or linked",
  },
  MODULE_IN_USE: {
    exitCode: exitCodes.failed,
    meaning: "a kernel module could not be unloaded, because something still uses it",
  },
  NOT_READY: { exitCode: exitCodes.failed, meaning: "a process did not become ready in time" },
  OPTIONS_INVALID: { exitCode: exitCodes.usage, meaning: "an option has a wrong name or value" },
  OUTPUT_UNWRITABLE: {
    exitCode: exitCodes.usage,
    meaning: "the run directory cannot be written",
  },
  PARSE_FAILED: { exitCode: exitCodes.failed, meaning: "an output is not what the tool prints" },
  PLAN_FAILED: { exitCode: exitCodes.failed, meaning: "a step of a plan could not be applied" },
  PLAN_IMPOSSIBLE: {
    exitCode: exitCodes.preflight,
    meaning: "a step of a plan cannot be done on a host",
  },
  PLAN_STALE: {
    exitCode: exitCodes.failed,
    meaning: "a host changed between the making of a plan and its application",
  },
  PROCESS_DIED: {
    exitCode: exitCodes.failed,
    meaning: "a process of an experiment ended early or with a failure",
  },
  PROFILE_INVALID: {
    exitCode: exitCodes.usage,
    meaning: "a tuning profile cannot be read or says something impossible",
  },
  SETUP_MISSING: {
    exitCode: exitCodes.preflight,
    meaning: "hosts that a run changes nothing on still lack what its setup brings",
  },
  TESTBED_HELD: {
    exitCode: exitCodes.preflight,
    meaning: "a kept testbed of that name is there already",
  },
  TESTBED_INVALID: {
    exitCode: exitCodes.usage,
    meaning: "a testbed file cannot be read or says something impossible",
  },
  TESTBED_LOST: {
    exitCode: exitCodes.failed,
    meaning: "a kept testbed is gone, or the process that holds it ended while it came up",
  },
  TRAFFIC_REFUSED: {
    exitCode: exitCodes.preflight,
    meaning: "the traffic of an experiment could harm others and was not allowed",
  },
  RESTORE_CONFLICT: {
    exitCode: exitCodes.failed,
    meaning: "a change could not be undone, or somebody else changed the same thing since",
  },
  ROOT_REFUSED: {
    exitCode: exitCodes.preflight,
    meaning: "a host's sudo does not let its account become root",
  },
  TRANSFER_FAILED: {
    exitCode: exitCodes.failed,
    meaning: "a file or tree could not be transferred; what was in place before still is",
  },
  TRIAL_INVALID: {
    exitCode: exitCodes.failed,
    meaning: "an experiment ran but its figures must not be used",
  },
  TOOL_MISSING: {
    exitCode: exitCodes.preflight,
    meaning: "a program is not installed where it is needed",
  },
} as const;

/** What went wrong, as a closed set a caller can switch on. */
export type ErrorCode = keyof typeof errorCatalogue;
