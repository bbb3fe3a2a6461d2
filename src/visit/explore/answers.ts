import type { Problem } from '../../evidence/problem.ts';
import { type Answer, rehearse } from './consent-tool.ts';
import { type Answers, type Explored, inVisit, type Look, type Place } from './look.ts';
import { DENY } from './words.ts';

export type { Answers } from './look.ts';

/** The result of looking for a banner. */
export interface Looked extends Answers {
  /** What was clicked without effect. */
  missing: string[];
  /** Why the page could not be opened. */
  problem?: Problem;
}

/**
 * How the banner of a page is answered, and what its page shows after each answer.
 *
 * @param mayHaveTool whether to look for a known consent tool
 */
export async function findAnswers(
  place: Place,
  kinds: readonly Answer[],
  mayHaveTool = true,
): Promise<Looked> {
  const found = await Promise.all(kinds.map((kind) => answerIn(place, kind, { mayHaveTool })));
  const answers: Looked = { missing: found.flatMap(({ missing }) => missing) };
  for (const { consent, problem } of found) Object.assign(answers, consent, problem ? { problem } : {});
  return answers;
}

/** The name of a page's consent tool, which is not answered. */
export async function findTool(place: Place): Promise<string | undefined> {
  const { result } = await inVisit(place, ({ page }) => rehearse(page));
  return result?.tool;
}

/**
 * Answers the banner in a separate visit: with the clicks that autoconsent made in an earlier one if it knows the tool, otherwise by
 * the labels of the buttons.
 *
 * @param goOn what to do next in the same visit
 */
export async function answerIn(
  place: Place,
  kind: Answer,
  {
    mayHaveTool = true,
    goOn = async () => {},
  }: { mayHaveTool?: boolean; goOn?: (look: Look) => Promise<void> } = {},
): Promise<Explored> {
  const byWords = async (look: Look) => {
    await look.answerByWords(kind);
    await goOn(look);
  };
  if (!mayHaveTool) return inVisit(place, byWords);
  const first = await inVisit(place, async (look) => {
    const rehearsal = await rehearse(look.page, kind);
    if (rehearsal.tool === undefined) await byWords(look);
    return rehearsal;
  });
  const { tool, steps = [], name = '' } = first.result ?? {};
  if (tool === undefined) return first;
  const named = (explored: Explored) => ({ ...explored, consent: { ...explored.consent, tool } });
  if (steps.length > 0) {
    const isRefusal = DENY.some((words) => words.test(name));
    const second = await inVisit(place, async (look) => {
      await look.answer(kind, steps, isRefusal);
      if (look.consent[kind]) await goOn(look);
    });
    if (second.consent[kind]) return named(second);
  }
  return named(await inVisit(place, byWords));
}
