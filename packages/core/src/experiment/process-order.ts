import { hoststackError } from "../errors/error.js";
import type { ProcessSpec } from "./experiment.js";

const plain = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Specs in an order in which each comes after all it waits for. Throws OPTIONS_INVALID when ids are
 * double or unfit for file names, or when processes wait for each other or for none.
 */
export function startOrder(specs: readonly ProcessSpec[]): readonly ProcessSpec[] {
  const ids = specs.map((spec) => spec.id);
  const wrong = ids.find((id, index) => !plain.test(id) || ids.indexOf(id) !== index);
  if (wrong !== undefined) {
    throw hoststackError("OPTIONS_INVALID", `"${wrong}" names two processes or no file`);
  }
  const ordered: ProcessSpec[] = [];
  let waiting = [...specs];
  while (waiting.length > 0) {
    const able = waiting.filter((spec) =>
      (spec.after ?? []).every((id) => ordered.some((one) => one.id === id)),
    );
    if (able.length === 0) {
      const names = waiting.map((spec) => spec.id).join(", ");
      throw hoststackError(
        "OPTIONS_INVALID",
        `processes wait for each other or for none: ${names}`,
      );
    }
    ordered.push(...able);
    waiting = waiting.filter((spec) => !able.includes(spec));
  }
  return ordered;
}
