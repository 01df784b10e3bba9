import type { ErrorCode } from "./catalogue.js";

/** What usually lies behind an error, and what to do when it says nothing of its own. */
export interface ErrorAdvice {
  /** Usual causes, as one sentence. */
  readonly why: string;
  /** Next step, as one sentence a person can follow. */
  readonly next: string;
}

/** Advice for every code; an error that carries a remedy of its own goes before it. */
export const errorAdvice: Readonly<Record<ErrorCode, ErrorAdvice>> = {
  BOOT_REFUSED: {
    why: "no GRUB, no root, a boot loader that cannot forget what it booted once, or nothing that resets a kernel that hangs",
    next: "mend what the message names; nothing was changed",
  },
  BOOT_UNPROVEN: {
    why: "the kernel panicked, hung, had no network card or was not what the boot loader started",
    next: "kernel status tells what runs; the host boots its old kernel by its next reset",
  },
  BUDGET_SPENT: {
    why: "the trials took longer than the budget allowed for, or it was too short for one of them",
    next: "resume the run with a larger budget; what was measured is kept",
  },
  BUNDLE_REFUSED: {
    why: "something still writes into the run directory, or a file holds a name that cannot be replaced there",
    next: "wait for the run's end, or take the file the message names out of the run directory",
  },
  CAMPAIGN_CHANGED: {
    why: "options, variants or versions differ from those the run was started with",
    next: "resume with what it was started with, or start a new run in another directory",
  },
  CAMPAIGN_INVALID: {
    why: "a field is misspelt, missing or out of range",
    next: "correct the field the message names",
  },
  CAPABILITY_MISSING: {
    why: "the experiment needs RDMA, root, a kernel of its own or another machine, and a host lacks it",
    next: "let doctor list what is missing on which host, or choose another testbed",
  },
  CLOCK_UNSTEADY: {
    why: "the machine is overloaded or was suspended, or virtualises time badly",
    next: "end what else keeps the machine busy and start again",
  },
  COMMAND_FAILED: {
    why: "the program said no; its exit status and last words are in the message",
    next: "run the same command by hand on that host",
  },
  COMMAND_TIMED_OUT: {
    why: "the program waits for something that does not come, or the host is very slow",
    next: "look at the host's load and at what the program waits for, then try again",
  },
  DOWNLOAD_FAILED: {
    why: "no network, a proxy that is not set, or package lists older than the archive",
    next: "check that apt-get update works on this machine as the same user",
  },
  EXPERIMENT_UNKNOWN: {
    why: "a name is misspelt or belongs to another system",
    next: "run --help lists experiments and suites",
  },
  GUEST_FAILED: {
    why: "its kernel panicked, memory ran out, or somebody ended the process",
    next: "read the guest's last lines in the message; free memory and start again",
  },
  HOST_KEY_REJECTED: {
    why: "the host is new to this account, was reinstalled, or is not the host it is said to be",
    next: "compare the fingerprint with the one its operator tells, then add it to known_hosts",
  },
  HOST_UNREACHABLE: {
    why: "the host is off, its name or port is wrong, or a firewall or login stands in between",
    next: "check that ssh reaches the same destination by itself",
  },
  INTERRUPTED: {
    why: "somebody or a scheduler sent a signal",
    next: "start again when it suits; what ran for it has been ended",
  },
  LEASE_HELD: {
    why: "somebody else is changing this machine now",
    next: "wait for the holder the message names, or ask them",
  },
  LEASE_LOST: {
    why: "the connection or this computer paused for longer than a lease lasts",
    next: "plan again: the host undid what was only for the run",
  },
  KERNEL_BUILD_FAILED: {
    why: "a patch does not compile with these sources or this compiler, or the disk is full",
    next: "read the first error in the message; the whole log is where it says",
  },
  KERNEL_CONFIG_UNMET: {
    why: "the symbol depends on others that are not set, is selected by another, or is not of this kernel",
    next: "set what the message says it depends on as well",
  },
  KERNEL_FAULT: {
    why: "a module does what the kernel cannot bear, or needs symbols the running kernel does not have",
    next: "correct the cause the message names, and reboot the host after an oops or a BUG",
  },
  KERNEL_PATCH_FAILED: {
    why: "the patch was made for another version of the sources, or is applied already",
    next: "take the sources it was made for, allow fuzz for it, or make the change as an edit",
  },
  KERNEL_RECIPE_INVALID: {
    why: "a field is misspelt, missing or contradicts another one",
    next: "correct the field the message names",
  },
  LINK_UNUSABLE: {
    why: "a cable, an interface name or an address differs from the testbed file",
    next: "compare ip addr on the host with the testbed file",
  },
  MODULE_BUILD_FAILED: {
    why: "the module's sources are for another kernel version, or an edit or macro does not fit them",
    next: "correct what the compiler names; the whole log is where the message says",
  },
  MODULE_IN_USE: {
    why: "a program, a socket or another module still uses it",
    next: "end what the message names, then restore or unload again",
  },
  NOT_READY: {
    why: "a server waits for something, or its port is taken by another process",
    next: "read its output in the run directory",
  },
  OPTIONS_INVALID: {
    why: "a name is misspelt, or a value is of another kind or out of range",
    next: "--help of the command lists what it takes",
  },
  OUTPUT_UNWRITABLE: {
    why: "permissions, a full disk, or a file where a directory should be",
    next: "choose another directory with --out",
  },
  PARSE_FAILED: {
    why: "the output is cut, empty, or of a version of the tool that words it otherwise",
    next: "read the raw output; it is kept in the run directory",
  },
  PLAN_FAILED: {
    why: "an action of the step ended with a failure; its words are in the message",
    next: "mend what it says and apply again: steps that hold are skipped",
  },
  PLAN_IMPOSSIBLE: {
    why: "the host lacks something no step of the plan supplies",
    next: "plan shows the obstacle of each step",
  },
  PLAN_STALE: {
    why: "somebody else, or another step, changed the same thing meanwhile",
    next: "make the plan again and look at what changed",
  },
  PROCESS_DIED: {
    why: "a server or client of the experiment refused its arguments or lost its peer",
    next: "read its words in the message and its output in the run directory",
  },
  RESTORE_CONFLICT: {
    why: "the state is neither the one before the change nor the one after it",
    next: "decide by hand what it should be; nothing of others was overwritten",
  },
  ROOT_REFUSED: {
    why: "sudo wants a password, has no rule for the account, or refused what was typed",
    next: "check sudo -v on the host, or log in as root",
  },
  PROFILE_INVALID: {
    why: "a field is misspelt, missing, out of range, or of another kind of step",
    next: "correct the field the message names; docs/tuning.md lists the steps and their fields",
  },
  SETUP_MISSING: {
    why: "the hosts were never set up for these experiments, or were restored or restarted since",
    next: "see what setup would change with plan, then let setup do it",
  },
  TESTBED_HELD: {
    why: "testbed up was run with that name before",
    next: "use it, take it down with testbed down, or choose another --name",
  },
  TESTBED_INVALID: {
    why: "a field is misspelt, missing or contradicts another one",
    next: "correct the line the message names",
  },
  TESTBED_LOST: {
    why: "its processes were ended, or the machine was restarted",
    next: "take it down and up again with testbed down and testbed up",
  },
  TOOL_MISSING: {
    why: "the package is not installed, or the program is not on the account's PATH",
    next: "install the package the message names on the host it names",
  },
  TRAFFIC_REFUSED: {
    why: "the link carries a default route or an SSH session, or the traffic exceeds stated limits",
    next: "use a link of your own, or allow the named risk if you answer for it",
  },
  TRANSFER_FAILED: {
    why: "permissions or disk space on either end, or the file changed while it was read",
    next: "mend what the message names and try again: nothing half-written is left in place",
  },
  TRIAL_INVALID: {
    why: "counters, clocks or the tool itself contradict the figures",
    next: "read the reasons in the message; the raw outputs are in the run directory",
  },
};

/** Advice for an error by its code; none for codes of other packages. */
export function adviceFor(code: string): ErrorAdvice | undefined {
  return Object.hasOwn(errorAdvice, code) ? errorAdvice[code as ErrorCode] : undefined;
}
