import { performance } from "node:perf_hooks";
import type { Comparison, Side } from "./bench.js";
import { cpuTimeMs } from "./cpu-time.js";
import { type Spread, spreadOf } from "./statistics.js";

const usualPairs = 9;

interface Sample {
  readonly ms: number;
  readonly cpuMs: number;
}

/** What a comparison showed. */
export interface Compared {
  readonly name: string;
  readonly pairs: number;
  /** Ours in units of the peer, pair by pair. */
  readonly ratio: Spread;
  /** CPU time of ours in units of the peer's, over all pairs. */
  readonly cpuRatio: number;
  /** Medians, for whoever watches; never judged and never kept. */
  readonly oursMs: number;
  readonly peerMs: number;
  readonly atMost?: number;
  readonly cpuAtMost?: number;
  readonly passed: boolean;
}

async function sample(side: Side, before?: () => Promise<void>): Promise<Sample> {
  await before?.();
  const cpuBefore = cpuTimeMs();
  const began = performance.now();
  const left = await side();
  const ms = performance.now() - began;
  await left?.[Symbol.asyncDispose]();
  return { ms, cpuMs: cpuTimeMs() - cpuBefore };
}

const total = (samples: readonly Sample[]) => samples.reduce((sum, { cpuMs }) => sum + cpuMs, 0);

/** Without a bar anything holds, also the ratio of two CPU times too short to be seen. */
const holds = (ratio: number, atMost: number | undefined): boolean =>
  atMost === undefined || ratio <= atMost;

/** Runs both sides once unmeasured, then in pairs, the first of a pair in turn. */
export async function compare(comparison: Comparison): Promise<Compared> {
  const { name, before, atMost, cpuAtMost, pairs = usualPairs } = comparison;
  const ours = () => sample(comparison.ours, before?.ours);
  const peer = () => sample(comparison.peer, before?.peer);
  await ours();
  await peer();
  const samples: { ours: Sample; peer: Sample }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    if (pair % 2 === 0) samples.push({ ours: await ours(), peer: await peer() });
    else {
      const peerFirst = await peer();
      samples.push({ peer: peerFirst, ours: await ours() });
    }
  }
  const ratio = spreadOf(samples.map((pair) => pair.ours.ms / pair.peer.ms));
  const cpuRatio =
    total(samples.map((pair) => pair.ours)) / total(samples.map((pair) => pair.peer));
  return {
    ...{ name, pairs, ratio, cpuRatio },
    ...(atMost === undefined ? {} : { atMost }),
    oursMs: spreadOf(samples.map((pair) => pair.ours.ms)).median,
    peerMs: spreadOf(samples.map((pair) => pair.peer.ms)).median,
    ...(cpuAtMost === undefined ? {} : { cpuAtMost }),
    passed: holds(ratio.median, atMost) && holds(cpuRatio, cpuAtMost),
  };
}
