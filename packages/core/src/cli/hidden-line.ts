/** What a key did to a line that is typed unseen. */
export type KeyOutcome = "broken off" | "done" | "goes on";

const interrupt = "\x03";
const endOfInput = "\x04";
const clear = "\x15";
const erase = ["\x7f", "\b"];
const enter = ["\r", "\n"];

/** A line typed in a terminal's raw mode, where its editing keys are ours to understand. */
export class HiddenLine {
  readonly #characters: string[] = [];

  get text(): string {
    return this.#characters.join("");
  }

  /** Takes what was typed, up to the key that ends the line. */
  type(keys: string): KeyOutcome {
    for (const key of keys) {
      const outcome = this.#press(key);
      if (outcome !== "goes on") return outcome;
    }
    return "goes on";
  }

  #press(key: string): KeyOutcome {
    if (enter.includes(key)) return "done";
    if (key === interrupt) return "broken off";
    if (key === endOfInput) return this.#characters.length === 0 ? "broken off" : "done";
    if (key === clear) this.#characters.length = 0;
    else if (erase.includes(key)) this.#characters.pop();
    else this.#characters.push(key);
    return "goes on";
  }
}
