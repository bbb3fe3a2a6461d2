import type { TimelineMark } from './marks.ts';
import { cut } from './words.ts';

/** The number of equal calls or events in a row that is shown as one; for the SDK's own requests, two. */
const [STORM, FEW] = [6, 2];
/** Marks this frequent on a page are merged with others that are as frequent. */
const OFTEN = 30;
/** A lane with this many marks can still be read. */
const MOST = 200;

/** Merges equal marks in a row within a lane and page, and further ones if there are too many to show. */
export function folded(lane: TimelineMark[], pages: number[]): TimelineMark[] {
  const pageOf = (at: number) => pages.filter((start) => start <= at).length;
  const kindOf = ({ fold, tone, badges, clickId, at }: TimelineMark) =>
    JSON.stringify([pageOf(at), tone, badges, clickId, fold]);
  const times = Map.groupBy(lane, kindOf);
  const runs = runsBy(lane, (mark, index) => {
    if (mark.fold === undefined) return `${index}`;
    const isOften = times.get(kindOf(mark))!.length >= OFTEN;
    return kindOf(isOften ? { ...mark, fold: 'often' } : mark);
  });
  const few = runs.flatMap((run) =>
    run.length >= (run[0]!.tone === 'plain' ? STORM : FEW) ? [merged(run)] : run,
  );
  if (few.length <= MOST) return few;
  const size = Math.ceil(few.length / MOST);
  return runsBy(few, (_, index) => `${Math.floor(index / size)}`).map(merged);
}

function runsBy(
  marks: TimelineMark[],
  keyOf: (mark: TimelineMark, index: number) => string,
): TimelineMark[][] {
  const runs: TimelineMark[][] = [];
  let last: string | undefined;
  for (const [index, mark] of marks.entries()) {
    const key = keyOf(mark, index);
    if (key === last) runs.at(-1)!.push(mark);
    else runs.push([mark]);
    last = key;
  }
  return runs;
}

function merged(run: TimelineMark[]): TimelineMark {
  const [first, last] = [run[0]!, run.at(-1)!];
  if (run.length === 1) return first;
  const count = run.reduce((sum, mark) => sum + mark.count, 0);
  const labels = [...new Set(run.map(({ label }) => label))];
  const badges = [
    ...Map.groupBy(
      run.flatMap((mark) => mark.badges),
      ({ number }) => number,
    ),
  ].map(([number, same]) => ({ number, isWaived: same.every(({ isWaived }) => isWaived) }));
  const { clickId, isLoss, ...rest } = first;
  return {
    ...rest,
    ...(clickId !== undefined && run.every((mark) => mark.clickId === clickId) ? { clickId } : {}),
    ...(run.some((mark) => mark.isLoss) ? { isLoss: true } : {}),
    ...(run.some((mark) => mark.isUnsent) ? { isUnsent: true } : {}),
    ...(run.some((mark) => mark.opensPage) ? { opensPage: true } : {}),
    lead:
      first.lead === last.lead ? first.lead : `${first.lead.split('–')[0]}–${last.lead.split('–').at(-1)}`,
    label: `${count} × ${cut(labels.join(', '), 60)}`,
    detail: '',
    places: run.flatMap(({ places }) => places),
    badges,
    count,
    until: last.until,
  };
}
