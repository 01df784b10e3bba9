import type { BuiltKernel } from "../../kernel/built.js";
import type { HostNames, Progress } from "../testbed.js";
import type { GuestRecipe } from "../vm/recipe.js";

/** What a kept testbed is made of, as data that can be handed to another process. */
export type KeptSpec =
  | {
      readonly kind: "netns";
      readonly hosts: HostNames;
      /** @default 1500 */
      readonly mtuBytes?: number;
      /** Links that join two of them; more have one each. @default 1 */
      readonly links?: number;
    }
  | {
      readonly kind: "vm";
      readonly hosts: HostNames;
      readonly recipe: GuestRecipe;
      /** Booted in place of the recipe's kernel; it lies on this computer. */
      readonly kernel?: BuiltKernel;
    };

/** What a holder is told, once. */
export interface HolderOrder {
  /** Directory of the testbed, with its ledger. */
  readonly directory: string;
  readonly spec: KeptSpec;
}

/** Why a testbed did not come up. */
export interface HolderFailure {
  /** Of core's catalogue. @default it was none of its errors */
  readonly code?: string;
  readonly message: string;
  readonly remedy?: string | undefined;
}

/** What a holder says until the testbed is open. */
export type HolderReport =
  | { readonly progress: Parameters<Progress>[0] }
  | { readonly failed: HolderFailure }
  | { readonly open: true };
