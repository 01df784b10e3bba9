import fc from "fast-check";
import { expect, test } from "vitest";
import { place, valueAxis } from "./axis.js";

const texts = (values: number[], fromZero = false) => {
  const axis = valueAxis(values, { unit: "bit/s", fromZero });
  return [axis.suffix, ...axis.ticks.map(({ text }) => text)].join(" ");
};

test.each([
  [[0, 1e9], "Gbit/s 0.0 0.2 0.4 0.6 0.8 1.0"],
  [[23.6e9, 24.8e9], "Gbit/s 23.5 24.0 24.5 25.0"],
  [[1, 97], "bit/s 0 20 40 60 80 100"],
  [[5, 5], "bit/s 5 6 7 8 9 10"],
  [[0], "bit/s 0.0 0.2 0.4 0.6 0.8 1.0"],
  [[-3, 4], "bit/s -4 -2 0 2 4"],
  [[], "bit/s 0.0 0.2 0.4 0.6 0.8 1.0"],
])("marks for %j", (values, wanted) => {
  expect(texts(values)).toBe(wanted);
});

test("seconds below one are shown in a unit of their size", () => {
  const { suffix, ticks } = valueAxis([0, 0.000412], { unit: "s", fromZero: true });
  expect(suffix).toBe("µs");
  expect(ticks.map(({ text }) => text)).toEqual(["0", "100", "200", "300", "400", "500"]);
});

test("every value lies on its axis, marks are few and differ", () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (values, fromZero) => {
        const axis = valueAxis(values, { unit: "s", fromZero });
        expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
        expect(axis.ticks.length).toBeLessThanOrEqual(8);
        expect(axis.high).toBeGreaterThan(axis.low);
        const at = place(axis, 10, 350);
        for (const one of values) {
          expect(at(one)).toBeGreaterThanOrEqual(10);
          expect(at(one)).toBeLessThanOrEqual(350);
        }
      },
    ),
  );
});
