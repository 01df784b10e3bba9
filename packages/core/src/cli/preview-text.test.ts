import { expect, test } from "vitest";
import type { Preview } from "../campaign/preview.js";
import { previewLines } from "./preview-text.js";

const variant = (index: number): Preview["variants"][number] => ({
  id: `v${index}`,
  title: `flow ${index}`,
  trials: 2,
  trialS: 4,
  processes: [{ id: "c", host: "client", argv: ["send", "a b"], cpus: index === 1 ? "2-3" : null }],
});

const preview: Preview = {
  ...{ trials: 6, recorded: 0, estimateS: 24, repetitions: 2, seed: 7 },
  overhead: { seconds: 3, measuredTrials: 0 },
  variants: [variant(1), variant(2), { ...variant(3), processes: { unknown: "who knows" } }],
};

test("before a run the first commands are shown, and where to see the rest", () => {
  expect(previewLines(preview, Number.POSITIVE_INFINITY, false)).toEqual([
    "6 trials (3 variants, up to 2 repetitions each), in an order drawn with seed 7: about 24 s, an estimate from test times and an assumed 3 s around each; opening the testbed comes on top",
    "  2 x flow 1, about 4 s each",
    "    client (CPUs 2-3): send 'a b'",
    "  2 x flow 2, about 4 s each",
    "    client (any CPU): send 'a b'",
    "  and 1 more; --dry-run shows all",
  ]);
});

test("a dry run shows all, also what is not known", () => {
  expect(previewLines(preview, Number.POSITIVE_INFINITY, true).slice(-2)).toEqual([
    "  2 x flow 3, about 4 s each",
    "    commands are not known yet: who knows",
  ]);
});

test("a resumed run says what is recorded and what the estimate comes from", () => {
  const resumed = {
    ...preview,
    trials: 1,
    recorded: 5,
    overhead: { seconds: 1, measuredTrials: 5 },
  };
  const [first] = previewLines(resumed, Number.POSITIVE_INFINITY, false);
  expect(first).toContain(
    "1 trial (3 variants, up to 2 repetitions each, 5 more are recorded already)",
  );
  expect(first).toContain("an estimate from what 5 recorded trials took");
});

test("a narrow terminal gets no line that is too long", () => {
  for (const line of previewLines(preview, 40, true)) expect(line.length).toBeLessThanOrEqual(40);
});

test("a script in an argument does not fill the screen", () => {
  const argv = ["sh", "-c", "\necho one\necho two\n", "sh", "a b"];
  const processes = [{ id: "c", host: "client", argv, cpus: null }];
  const one = { ...preview, variants: [{ ...variant(1), processes }] };
  expect(previewLines(one, 80, true).at(-1)).toBe(
    "    client (any CPU): sh -c (script of 2 lines) sh 'a b'",
  );
});
