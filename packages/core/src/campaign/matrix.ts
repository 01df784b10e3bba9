/** Values of options, by the name of the option. */
export type Options = Readonly<Record<string, unknown>>;

/** An experiment with options, some of which take one value after the other. */
export interface Entry {
  /** Name of an experiment of the system. */
  readonly experiment: string;
  /** Begins the ids of its variants. @default the name of the experiment */
  readonly id?: string;
  /** Options that are the same in all variants. */
  readonly options: Options;
  /** Options that vary; each combination of their values is a variant. */
  readonly sweep: Readonly<Record<string, readonly unknown[]>>;
}

/** One combination of the values of a sweep. */
export interface Combination {
  /** Which value of each option that varies, by its place in the list. */
  readonly places: Readonly<Record<string, number>>;
  readonly options: Options;
  /** Names the variant and its raw outputs. */
  readonly id: string;
}

/** A value as part of a file name; what cannot be is left out, so different values may look alike. */
const word = (value: unknown): string => String(value).replaceAll(/[^A-Za-z0-9._-]/g, "_");

/** How many combinations a sweep has. */
export function sizeOf({ sweep }: Entry): number {
  return Object.values(sweep).reduce((product, values) => product * values.length, 1);
}

/** Every combination of an entry; the option named last varies fastest. */
export function combinationsOf({
  experiment,
  id = experiment,
  options,
  sweep,
}: Entry): Combination[] {
  const first: Combination = { places: {}, options, id };
  return Object.entries(sweep).reduce<Combination[]>(
    (made, [name, values]) =>
      made.flatMap((one) =>
        values.map((value, place) => ({
          places: { ...one.places, [name]: place },
          options: { ...one.options, [name]: value },
          id: `${one.id}.${name}-${word(value)}`,
        })),
      ),
    [first],
  );
}
