import type { z } from "zod";
import { checkOptions, flag } from "../kernel/options.js";
import {
  type SockperfPingPongOptions,
  type SockperfServerOptions,
  type SockperfThroughputOptions,
  type SockperfUnderLoadOptions,
  sockperfPingPongOptions,
  sockperfServerOptions,
  sockperfThroughputOptions,
  sockperfUnderLoadOptions,
} from "./options.js";

type Server = z.output<typeof sockperfServerOptions>;
type Throughput = z.output<typeof sockperfThroughputOptions>;
type PingPong = z.output<typeof sockperfPingPongOptions>;
type UnderLoad = z.output<typeof sockperfUnderLoadOptions>;

function commonArgs(options: Server | Throughput | PingPong | UnderLoad): string[] {
  return [
    ...flag("--tcp", options.protocol === "tcp"),
    ...flag("-i", options.address),
    ...flag("-p", options.port),
    ...flag("-F", options.iomux),
    ...flag("--timeout", options.iomuxTimeoutMs),
    ...flag("--tcp-avoid-nodelay", options.tcpAvoidNodelay),
    ...flag("--tos", options.tos),
    ...flag("--buffer-size", options.bufferBytes),
    ...flag("--nonblocked", options.nonblocked),
    ...flag("--lls", options.busyPollUs),
    ...flag("--no-rdtsc", options.noRdtsc),
    ...flag("--dontwarmup", options.dontWarmup),
    ...flag("--pre-warmup-wait", options.preWarmupWaitS),
  ];
}

function clientArgs(options: Throughput | PingPong | UnderLoad): string[] {
  return [
    ...commonArgs(options),
    ...flag("-m", options.messageBytes),
    ...flag("-r", options.messageRangeBytes),
    ...flag("-t", options.durationS),
    ...flag("--mps", options.mps),
    ...flag("-b", options.burst),
    ...flag("--client_ip", options.clientAddress),
    ...flag("--client_port", options.clientPort),
    ...flag("--sender-affinity", options.senderAffinity),
    ...flag("--receiver-affinity", options.receiverAffinity),
  ];
}

function latencyArgs(options: PingPong | UnderLoad): string[] {
  return [
    ...clientArgs(options),
    ...flag("--full-rtt", options.fullRtt),
    ...flag("--full-log", options.fullLogPath),
  ];
}

/** Command line of a sockperf server; it runs until SIGINT, then prints its totals. */
export function sockperfServerArgv(options: SockperfServerOptions): string[] {
  const checked = checkOptions(sockperfServerOptions, options, "sockperf server");
  return [
    "sockperf",
    "server",
    ...commonArgs(checked),
    ...flag("-m", checked.maxMessageBytes),
    ...flag("--cpu-affinity", checked.cpuAffinity),
    ...flag("--dont-reply", checked.dontReply),
    ...flag("-g", checked.gapDetection),
    ...(checked.extraArgs ?? []),
  ];
}

/** Command line of the one-way throughput client. */
export function sockperfThroughputArgv(options: SockperfThroughputOptions): string[] {
  const checked = checkOptions(sockperfThroughputOptions, options, "sockperf throughput");
  return [
    "sockperf",
    "throughput",
    ...clientArgs(checked),
    ...flag("--increase_output_precision", checked.increasedPrecision),
    ...(checked.extraArgs ?? []),
  ];
}

/** Command line of the ping-pong latency client. */
export function sockperfPingPongArgv(options: SockperfPingPongOptions): string[] {
  const checked = checkOptions(sockperfPingPongOptions, options, "sockperf ping-pong");
  return [
    "sockperf",
    "ping-pong",
    ...latencyArgs(checked),
    ...flag("--data-integrity", checked.dataIntegrity),
    ...(checked.extraArgs ?? []),
  ];
}

/** Command line of the latency-under-load client. */
export function sockperfUnderLoadArgv(options: SockperfUnderLoadOptions): string[] {
  const checked = checkOptions(sockperfUnderLoadOptions, options, "sockperf under-load");
  return [
    "sockperf",
    "under-load",
    ...latencyArgs(checked),
    ...flag("--reply-every", checked.replyEvery),
    ...(checked.extraArgs ?? []),
  ];
}
