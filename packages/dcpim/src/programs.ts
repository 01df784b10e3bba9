import type { Build } from "@hoststack/core";
import { longFlowClientEdits, longFlowServerEdits } from "./program-edits/long-flows.js";
import { messageClientEdits, messageServerEdits } from "./program-edits/messages.js";

/** Where dcPIM is from, at the commit everything here was written against. */
export const upstream = {
  repository: "https://github.com/Terabit-Ethernet/dcPIM.git",
  commit: "2abda17df847d108c02c70c6fd34e399b0f93768",
} as const;

/** The protocol's number, which upstream has people write into a header of the system. */
const protocolFlag = "-DIPPROTO_DCPIM=0xFE";

const programNames = ["server", "dcpim_test", "pingpong_server", "pingpong_client"] as const;

const compilers = [
  { program: "make", debianPackage: "make" },
  { program: "g++", debianPackage: "g++" },
] as const;

/**
 * Upstream's programs: server and client of long flows, and of messages. What they have compiled in comes from their
 * environment, without which they end; what they leave in files of whatever directory comes with their output.
 */
export const testPrograms: Build = {
  name: "dcpim-programs",
  source: upstream,
  edits: {
    "kernel_impl/util/dcpim_test.cc": longFlowClientEdits,
    "kernel_impl/util/server.cc": longFlowServerEdits,
    "kernel_impl/util/pingpong_client.cc": messageClientEdits,
    "kernel_impl/util/pingpong_server.cc": messageServerEdits,
  },
  directory: "kernel_impl/util",
  argv: ["make", `CFLAGS=-Wall -fno-strict-aliasing -O3 -I.. ${protocolFlag}`, ...programNames],
  artefacts: programNames,
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
