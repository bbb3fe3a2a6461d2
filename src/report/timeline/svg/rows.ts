import { LANES, type TimelineMark } from '../marks.ts';

/** Marks side by side. */
export interface Row {
  /** Time of the first, in milliseconds. */
  at: number;
  marks: TimelineMark[];
}

/** Everything in a row happened within this many milliseconds. */
const MOMENT = 50;

/**
 * Lays marks, in order of time, into rows. The distance between rows shows order, not duration, so that nothing overlaps. Within
 * a row time runs from left to right: reading line by line follows time.
 */
export function rowsOf(marks: readonly TimelineMark[]): Row[] {
  const rows: Row[] = [];
  for (const mark of marks) {
    const row = rows.at(-1);
    if (row && fits(mark, row)) row.marks.push(mark);
    else rows.push({ at: mark.at, marks: [mark] });
  }
  return rows;
}

function fits(mark: TimelineMark, { at, marks }: Row): boolean {
  const last = marks.at(-1)!;
  return (
    LANES.indexOf(mark.lane) > LANES.indexOf(last.lane) &&
    mark.at - at <= MOMENT &&
    !mark.opensPage &&
    !mark.isConsent &&
    !last.isConsent
  );
}
