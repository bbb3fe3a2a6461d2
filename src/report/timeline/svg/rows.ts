import { LANES, type TimelineMark } from '../marks.ts';

/** Marks that stand side by side. */
export interface Row {
  /** Time of the first, in milliseconds. */
  at: number;
  marks: TimelineMark[];
}

/** What is in a row took place within so many milliseconds. */
const MOMENT = 50;

/**
 * Lays marks, in order of time, into rows. The time between two rows is what it is: the axis is one of order, so that nothing
 * overlaps. Within a row time goes from left to right, too: who reads line by line reads in order of time.
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
