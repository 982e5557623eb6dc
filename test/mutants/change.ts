/** What a mutant of the tables is: a change of a row or a rule, which can be undone. */

export interface TableMutant {
  readonly kind: 'table';
  readonly name: string;
  /** The row or rule that it changes. */
  readonly of: string;
  /** What has to run for it to matter, as `traceTables` tells. */
  readonly step: string;
}

export interface Change extends TableMutant {
  /** Makes the change, and returns how to undo it. */
  readonly make: () => () => void;
}

/** What a rule's result is multiplied by. */
export const FACTOR = 1.001;

/** Sets fields of a row, which only mutants may do. */
export function set<T extends object>(row: T, fields: { [K in keyof T]?: unknown }): () => void {
  const before = Object.fromEntries(Object.keys(fields).map((key) => [key, row[key as keyof T]]));
  Object.assign(row, fields);
  return () => Object.assign(row, before);
}
