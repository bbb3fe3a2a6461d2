import { eventCalls } from '../../views/events.ts';
import { finding, firstOfEach, pathOf, shown } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  value: ({ event, page, given }: Args<'event' | 'page' | 'given'>) =>
    `${event} on ${page} was given ${given} instead of an object with its properties: the SDK sends it as a description and nothing else`,
  list: ({ event, page, given }: Args<'event' | 'page' | 'given'>) =>
    `${event} on ${page} was given a list instead of an object with its properties: ${given}`,
  options: ({ event, page, given }: Args<'event' | 'page' | 'given'>) =>
    `${event} on ${page} was given ${given} as its third argument, from which the SDK reads no event_id`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const isObject = defineRule({
  id: 'params/is-object',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  title: 'The properties and the options of an event are objects',
  why: 'The SDK reads only named properties. Values, contents and search terms passed in any other form do not arrive as such.',
  fix: "Pass properties and options as objects: ttq.track('Search', { search_string: 'blue shoes' }, { event_id: 'search-1' }).",
  source:
    'Measured on SDK builds of 2025 and 2026: a second argument that is not an object becomes { description }',
  messages,
  check(evidence) {
    const calls = eventCalls(evidence);
    if (calls.length === 0) return { inapplicable: 'No event was tracked' };
    return calls.flatMap(({ place, event, page }) => {
      const { method, args } = evidence.calls[Number(place.replace('/calls/', ''))]!;
      const [properties, options] = method === 'page' ? args : args.slice(1);
      const details = (given: unknown) => ({
        args: { event, page: pathOf(page), given: shown(given).slice(0, MAX_SHOWN) },
        event,
        page,
      });
      const first = method === 'page' ? 0 : 1;
      const found: Found[] = [];
      if (isOfNoMembers(properties))
        found.push(
          finding(
            Array.isArray(properties) ? 'list' : 'value',
            `${place}/args/${first}`,
            details(properties),
          ),
        );
      if (isOfNoMembers(options))
        found.push(finding('options', `${place}/args/${first + 1}`, details(options)));
      return found;
    });
  },
  // A wrong template is wrong for each product.
  group: (findings) => firstOfEach(findings, ({ code, event, args }) => [code, event, args.page]),
});

/** Characters of a list in a message. */
const MAX_SHOWN = 200;

/** An argument that is missing, null or undefined counts as nothing; undefined is tagged in the evidence. */
function isOfNoMembers(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object' || Array.isArray(value)) return true;
  return '$' in value && Object.keys(value).length === 1 && value.$ !== 'undefined';
}
