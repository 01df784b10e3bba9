import type { Build } from "@hoststack/core";

/** Where dcPIM is from, at the commit everything here was written against. */
export const upstream = {
  repository: "https://github.com/Terabit-Ethernet/dcPIM.git",
  commit: "2abda17df847d108c02c70c6fd34e399b0f93768",
} as const;

/** The protocol's number, which upstream has people write into a header of the system. */
const protocolFlag = "-DIPPROTO_DCPIM=0xFE";

const compilers = [
  { program: "make", debianPackage: "make" },
  { program: "g++", debianPackage: "g++" },
] as const;

/** Names of the variables the edited client takes its compiled-in numbers from. */
export const clientVariables = { seconds: "DCPIM_SECONDS", source: "DCPIM_SOURCE" } as const;

/**
 * Upstream's server and its client for long flows. How long the client sends and the address it sends from are
 * compiled in; here they come from its environment, and it ends without them.
 */
export const testPrograms: Build = {
  name: "dcpim-programs",
  source: upstream,
  edits: {
    "kernel_impl/util/dcpim_test.cc": [
      {
        pattern: "cycles_per_sec * 120",
        replacement: "cycles_per_sec * seconds_to_send()",
        count: 2,
      },
      {
        pattern: 'inet_addr("192.168.11.124")',
        replacement: `inet_addr(given("${clientVariables.source}"))`,
      },
      {
        pattern: '#include "test_utils.h"',
        replacement: `#include "test_utils.h"

static const char *given(const char *name)
{
	const char *value = getenv(name);
	if (value == NULL) {
		fprintf(stderr, "%s is not set\\n", name);
		exit(2);
	}
	return value;
}

static double seconds_to_send()
{
	static const double seconds = atof(given("${clientVariables.seconds}"));
	return seconds;
}`,
      },
    ],
  },
  directory: "kernel_impl/util",
  argv: [
    "make",
    `CFLAGS=-Wall -fno-strict-aliasing -O3 -I.. ${protocolFlag}`,
    ...["server", "dcpim_test"],
  ],
  artefacts: ["server", "dcpim_test"],
  leaves: ["kernel_impl/util/*.o"],
  tools: compilers,
};

/**
 * The library that gives a program's stream sockets to dcPIM. Upstream's takes those of other families as well, also
 * the ones a name is looked up by; here it takes IPv4's alone.
 */
export const redirectLibrary: Build = {
  name: "dcpim-redirect",
  source: upstream,
  edits: {
    "kernel_impl/custom_socket/socket_wrapper.c": [
      {
        pattern: "!= SOCK_STREAM){",
        replacement: "!= SOCK_STREAM || domain != PF_INET){",
      },
    ],
  },
  directory: "kernel_impl/custom_socket",
  argv: [
    ...(["gcc", "-Wall", "-fPIC", "-shared", protocolFlag] as const),
    ...["-o", "socket_wrapper.so", "socket_wrapper.c", "-ldl"],
  ],
  artefacts: ["socket_wrapper.so"],
  tools: [{ program: "gcc", debianPackage: "gcc" }],
};
