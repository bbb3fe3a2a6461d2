import type { CallRecord } from '../../evidence/evidence.ts';
import { record } from '../../tiktok/pixel-request.ts';
import { finding, firstOfEach, listed, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  empty: ({ page }: Args<'page'>) => `ttq.identify was called on ${page} with no data: it identifies nobody`,
  unread: ({ page, names }: Args<'page' | 'names'>) =>
    `ttq.identify was given ${names} on ${page}, which the SDK does not read: it identifies nobody`,
  'no-object': ({ page }: Args<'page'>) =>
    `ttq.identify was given a bare value on ${page}, not an object: it identifies nobody`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const notEmpty = defineRule({
  id: 'identity/not-empty',
  severity: 'trivial',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  yieldsTo: [{ rule: 'order/identify-on-each-conversion-page', sharing: ['page'] }],
  title: 'ttq.identify is given data that identifies the visitor',
  why: 'A call without data does nothing. If the customer is known, the data did not get this far.',
  fix: 'Call identify only when something is known, with the names that it reads: email, phone_number, external_id.',
  source:
    'Measured: the members that the SDK reads; many wrappers call identify({}) by default, which does no harm',
  messages,
  check(evidence) {
    const calls = evidence.calls.flatMap((call, index) =>
      call.method === 'identify' ? [{ ...call, place: `/calls/${index}` }] : [],
    );
    if (calls.length === 0) return { inapplicable: 'ttq.identify was never called' };
    const pages = new Map(evidence.documents.map(({ id, url }) => [id, url]));
    return calls.flatMap(({ args, document, url, place }): Found[] => {
      const page = url ?? pages.get(document) ?? '';
      const details = { args: { page: pathOf(page) }, page };
      if (isBare(args[0])) return [finding('no-object', place, details)];
      const names = namesIn(args);
      if (names.some((name) => READ.has(name))) return [];
      if (names.length === 0) return [finding('empty', place, details)];
      return [finding('unread', place, { ...details, args: { ...details.args, names: listed(names) } })];
    });
  },
  group: (findings) => firstOfEach(findings, ({ code, args }) => [code, args.page]),
});

/** The members that the SDK reads. */
const READ = new Set([
  'email',
  'phone_number',
  'external_id',
  'sha256_email',
  'sha256_phone_number',
  'first_name',
  'last_name',
  'city',
  'state',
  'country',
  'zip_code',
]);

/** The SDK merges the second argument into the first. */
function namesIn(args: CallRecord['args']): string[] {
  return Object.keys({ ...record(args[0]), ...record(args[1]) }).filter((name) => name !== '$');
}

function isBare(value: unknown): boolean {
  return value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value));
}
