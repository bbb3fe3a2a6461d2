import type { Probe } from '../probe.ts';

/** One call of `track` for each entry, named so that each shows on the wire. */
const track = (...calls: string[]) => calls.map((call) => `ttq.track(${call});`).join(' ');

const OLD_NAMES = [
  'CompletePayment',
  'SubmitForm',
  'ViewForm',
  'ViewConsultationPage',
  'ViewDownloadPage',
  'Checkout',
  'Registration',
  'AddBilling',
  'StartCheckout',
  'ClickInDownloadPage',
  'ClickInConsultationPage',
  'ClickForm',
  'ClickToDownload',
  'Consult',
  'ConsultByPhone',
];

/** Names, event ids and properties of events. */
export const EVENTS: Probe[] = [
  {
    name: 'event/id-third',
    about: 'event_id and eventID of the third argument are the id.',
    calls: track(`'A', {}, { event_id: 'a' }`, `'B', {}, { eventID: 'b' }`),
  },
  {
    name: 'event/id-properties',
    about: 'An id among the properties counts, is taken out of them, and yields to the third argument.',
    calls: track(
      `'A', { event_id: 'a', value: 1 }`,
      `'B', { eventID: 'b' }`,
      `'C', { event_id: 'no', eventID: 'no' }, { event_id: 'c' }`,
    ),
  },
  {
    name: 'event/id-types',
    about: 'A number stays a number; falsy values are skipped; no id is generated.',
    calls: track(
      `'Number', {}, { event_id: 7 }`,
      `'Falsy', { event_id: 'second' }, { event_id: 0 }`,
      `'Empty', {}, { event_id: '' }`,
      `'None'`,
    ),
  },
  {
    name: 'event/renames',
    about: 'Old names are sent as their successors.',
    calls: OLD_NAMES.map(
      (name) => `ttq.track('${name}', { was: '${name}', value: 1, currency: 'USD', content_id: 'a' });`,
    ).join(' '),
  },
  {
    name: 'event/names-kept',
    about: 'Other names are sent as they are, whatever their case.',
    calls: track(
      `'PageView'`,
      `'completepayment'`,
      `'My Own-Event_1'`,
      `'Purchase', { value: 1, currency: 'USD' }`,
    ),
  },
  {
    name: 'event/names-inherited',
    about: 'A name that every object has as a property is lost.',
    calls: track(
      `'constructor', { was: 'constructor' }`,
      `'toString', { was: 'toString' }`,
      `'hasOwnProperty', { was: 'hasOwnProperty' }`,
      `'__proto__', { was: '__proto__' }`,
    ),
  },
  {
    name: 'event/properties',
    about: 'Properties pass unchanged, except for the currency, which is put into upper case.',
    calls: track(
      `'A', { content_ids: [1], value: '3', currency: 'eur', deep: { currency: 'eur', none: null }, is: false }`,
    ),
  },
  {
    name: 'event/no-object',
    about: 'A second argument that is not an object becomes a description.',
    calls: track(
      `'Text', 'text'`,
      `'Number', 5`,
      `'Null', null`,
      `'Nothing', undefined`,
      `'List', ['a', 'b']`,
      `'Date', new Date(0)`,
    ),
  },
  {
    name: 'event/argument-changed',
    about: "What happens to the caller's own object.",
    calls: `w.mine = { event_id: 'x', currency: 'eur', value: 1 }; ttq.track('A', w.mine);`,
    steps: [{ waitFor: 'A' }],
    reports: { mine: 'mine' },
  },
  {
    name: 'event/unicode',
    about: 'Text beyond ASCII arrives unchanged.',
    calls: track(`'A', { description: 'Größe 漢字 🛒' }`),
  },
  {
    name: 'event/limited-data-use',
    about: 'limited_data_use among the properties counts for one event.',
    calls: track(`'A', { limited_data_use: true }`, `'B', { limited_data_use: false }`),
  },
];
