import { type Diagnostic, LONGEST_NAME, nameDiagnostics } from '../../tiktok/diagnostics.ts';
import { nearMissOf } from '../../tiktok/near-miss.ts';
import { firstOfEachName, type TrackedEvent, trackedEvents } from '../../views/tracked.ts';
import { finding, pathOf, shown } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const CODES: { [code in Diagnostic]?: Found['code'] } = {
  EMPTY_EVENT_TYPE_NAME: 'empty',
  MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT: 'characters',
  LONG_EVENT_TYPE_NAME: 'long',
};

const messages = {
  empty: ({ page, found }: Args<'page' | 'found'>) =>
    `An event was tracked on ${page} with a name of ${found}`,
  characters: ({ page, found }: Args<'page' | 'found'>) =>
    `${found} was tracked on ${page}; the name has characters that TikTok does not allow`,
  long: ({ page, found, length }: Args<'page' | 'found' | 'length'>) =>
    `${found} was tracked on ${page}; the name has ${length} characters, and TikTok allows ${LONGEST_NAME}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const nameValid = defineRule({
  id: 'event/name-valid',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  needsToPass: ['calls'],
  title: "Every tracked event has a name that TikTok's SDK accepts",
  why: 'The SDK sends an event with a bad name and only warns in the console; no campaign or report can use it.',
  fix:
    'Give the event a name of at most 50 letters, digits, underscores, dashes and blanks. Check where the name comes from: often it is ' +
    'read from data that is missing.',
  source:
    'SDK diagnostics EMPTY_EVENT_TYPE_NAME, MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT, LONG_EVENT_TYPE_NAME',
  messages,
  check(evidence) {
    const events = trackedEvents(evidence);
    if (events.length === 0) return { inapplicable: 'No event was tracked' };
    return firstOfEachName(events)
      .filter(({ event }) => nearMissOf(event) === undefined)
      .flatMap(judge);
  },
});

function judge({ name, event, page, place }: TrackedEvent): Found[] {
  const [problem] = nameDiagnostics(asText(name));
  if (!problem) return [];
  const args = { page: pathOf(page), found: shown(name), length: asText(name).length };
  return [finding(CODES[problem]!, place, { args, event, page })];
}

/** As the SDK reads it. An undefined argument is tagged in the evidence, or missing; an object contains no name. */
function asText(name: unknown): string {
  if (typeof name === 'object' && name !== null) return 'undefined';
  return String(name);
}
