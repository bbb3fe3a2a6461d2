import { tmpdir } from 'node:os';
import type { Evidence } from '../../src/evidence/evidence.ts';
import { Session } from '../../src/recorder/session.ts';
import type { Step } from '../../src/target/target.ts';
import { planVisits } from '../../src/visit/plan.ts';
import { recordVisit } from '../../src/visit/record.ts';
import { document, Site } from '../harness/capture/site.ts';
import { MARK, NOTE, SEND_ALL, TRANSPORTS, WORKER_TRANSPORTS } from './senders.ts';

export const MOMENTS = ['load', 'click', 'pagehide', 'close'] as const;
const PLACES = ['main frame', 'same-origin iframe', 'cross-origin iframe', 'worker'] as const;
export type Moment = (typeof MOMENTS)[number];
export type Place = (typeof PLACES)[number];

/** A worker is not notified when its page is left. */
const CELLS = PLACES.flatMap((place) =>
  MOMENTS.filter((moment) => place !== 'worker' || moment === 'load' || moment === 'click').map((moment) => ({
    place,
    moment,
  })),
);

interface Cell {
  place: Place;
  moment: Moment;
  transport: string;
  sent: number;
  recorded: number;
  /** Recorded as a request that the browser did not complete, as it was left with the page. */
  cancelled: number;
}

/**
 * Sends by every transport, at every moment of a page's life, from every place, and prints how much of it the recorder saw.
 *
 * @param repetitions visits for each moment and place
 */
export async function captureMatrix(repetitions: number): Promise<void> {
  const site = await Site.start();
  const session = await Session.open();
  const cells: Cell[] = [];
  const problems: string[] = [];
  try {
    for (const { place, moment } of CELLS) {
      const visits: Evidence[] = [];
      for (let count = 0; count < repetitions; count += 1)
        visits.push(await visitCell(place, moment, site, session));
      for (const { problem } of visits) if (problem) problems.push(`${place}, ${moment}: ${problem.message}`);
      const transports = place === 'worker' ? WORKER_TRANSPORTS : TRANSPORTS;
      for (const transport of transports)
        cells.push({ place, moment, transport, ...count(transport, visits) });
    }
  } finally {
    await session.close();
    site.close();
  }
  print(cells, repetitions, problems);
}

/** One visit in which every transport sends once. */
export async function visitCell(
  place: Place,
  moment: Moment,
  site: Site,
  session: Session,
): Promise<Evidence> {
  site.pages.clear();
  site.pages.set('/next', document('', '<p id="next">next</p>'));
  site.pages.set('/worker.js', WORKER);
  if (place === 'main frame' || place === 'worker') {
    site.pages.set('/', sender(place, moment));
  } else {
    const frame = site.url('/frame', place === 'same-origin iframe' ? 'www' : 'other');
    site.pages.set('/frame', sender(place, moment));
    site.pages.set('/', document('', `<iframe id="frame" src="${frame}"></iframe>${LEAVE}`));
  }
  const target = site.target({ start: '/', steps: steps(place, moment) }, ['CMATRIX0000000000001']);
  return recordVisit(session, target, planVisits(target)[0]!, tmpdir());
}

const LEAVE = '<a id="leave" href="/next">leave</a>';

/** The page that sends at the given moment. Its `#ready` appears once it has loaded and, for the moment "load", has sent. */
function sender(place: Place, moment: Moment): string {
  const ready = `document.body.insertAdjacentHTML('beforeend', '<p id="ready">ready</p>');`;
  const send = place === 'worker' ? `await ask();` : `note(sendAll());`;
  const script = {
    load: `addEventListener('load', async () => { ${send} ${ready} });`,
    click: `addEventListener('load', () => { ${ready} });
      async function clicked() { ${send} }`,
    pagehide: `addEventListener('load', () => { ${ready} }); addEventListener('pagehide', async () => { ${send} });`,
    close: `addEventListener('load', () => { ${ready} }); addEventListener('pagehide', async () => { ${send} });`,
  }[moment];
  const ask = `
    const worker = ${place === 'worker'} ? new Worker('/worker.js') : undefined;
    const ask = () => new Promise((resolve) => {
      worker.onmessage = ({ data }) => { note(data); resolve(); };
      worker.postMessage('send');
    });`;
  // A page that must hear from its worker first delays the navigation; the others send as it begins.
  const onclick =
    place === 'worker'
      ? `event.preventDefault(); clicked().then(() => { location.href = this.href });`
      : 'clicked();';
  const link =
    moment === 'click' ? `<a id="go" target="_top" href="/next" onclick="${onclick}">go</a>` : LEAVE;
  return document(`<script>${SEND_ALL}${NOTE}${ask}${script}</script>`, link);
}

const WORKER = `${SEND_ALL} onmessage = () => postMessage(sendAll());`;

function steps(place: Place, moment: Moment): Step[] {
  const inside = place.endsWith('iframe') ? '#frame >> internal:control=enter-frame >> ' : '';
  const ready = { waitFor: `${inside}#ready` };
  switch (moment) {
    case 'load':
    case 'close':
      return [ready];
    case 'click':
      // The link in a frame of another origin leads to that origin's /next, which is the same page.
      return [ready, { click: `${inside}#go` }, { waitFor: '#next' }];
    case 'pagehide':
      return [ready, { click: '#leave' }, { waitFor: '#next' }];
  }
}

/** How often a transport sent, according to the pages; how often that was recorded, and recorded as cancelled by the browser. */
export function count(transport: string, visits: Evidence[]): Pick<Cell, 'sent' | 'recorded' | 'cancelled'> {
  const mark = MARK + transport.replaceAll(' ', '-');
  const query = `matrix=${encodeURIComponent(transport)}`;
  const total = (of: (evidence: Evidence) => number) =>
    visits.reduce((sum, evidence) => sum + of(evidence), 0);
  return {
    sent: total(({ cookies }) => (cookies.some(({ name }) => name === mark) ? 1 : 0)),
    recorded: total(
      ({ requests }) =>
        requests.filter(({ url, method }) => method !== 'OPTIONS' && url.endsWith(query)).length,
    ),
    cancelled: total(({ failed }) => (failed.some(({ url }) => url.endsWith(query)) ? 1 : 0)),
  };
}

function print(cells: Cell[], repetitions: number, problems: string[]): void {
  console.log(
    `\nCapture matrix: recorded of sent, ${repetitions} visits a cell. "cancelled": the evidence holds it as a failed request.\n`,
  );
  console.log(`${''.padEnd(31)}${TRANSPORTS.map((name) => name.padStart(22)).join('')}`);
  for (const { place, moment } of CELLS) {
    const row = TRANSPORTS.map((transport) => {
      const cell = cells.find((c) => c.place === place && c.moment === moment && c.transport === transport);
      if (!cell) return '-'.padStart(22);
      const { sent, recorded, cancelled } = cell;
      const note = recorded === sent ? '' : `(${cancelled} cancelled) `;
      return `${note}${recorded} of ${sent}`.padStart(22);
    });
    console.log(`${place.padEnd(21)}${moment.padEnd(10)}${row.join('')}`);
  }
  const sent = cells.reduce((sum, cell) => sum + cell.sent, 0);
  const recorded = cells.reduce((sum, cell) => sum + cell.recorded, 0);
  const lost = cells.reduce((sum, cell) => sum + Math.max(0, cell.sent - cell.recorded), 0);
  const cancelled = cells.reduce((sum, cell) => sum + Math.min(cell.cancelled, cell.sent - cell.recorded), 0);
  console.log(
    `\nTotal: ${sent} sent, ${recorded} recorded, ${lost} lost, of which ${cancelled} stand in the evidence as failed.`,
  );
  for (const problem of problems) console.log(`Broken visit: ${problem}`);
}
