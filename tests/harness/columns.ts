/** The columns that a row may lack and still compile: `never` for a table that must be complete. */
export type Dispensable<Row> = {
  [Column in keyof Row]-?: Omit<Row, Column> extends Row ? Column : never;
}[keyof Row];

/** Compiles only if no column may be left out. */
export function everyColumnIsNeeded<Row>(
  ..._proof: [Dispensable<Row>] extends [never] ? [] : [never]
): void {}
