import { toEvidence } from '../../../src/recorder/assemble.ts';
import { Recording } from '../../../src/recorder/recording.ts';
import { ServerEvents } from '../../../src/recorder/server-events.ts';
import { RULES } from '../../../src/rules/index.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { test as base, expect } from '../double/events-api/support.ts';
import { clean, cleanTarget } from '../rules/clean.ts';

const test = base.extend<{ events: ServerEvents }>({
  events: async ({ folder }, use) => use(new ServerEvents(folder, 'one', new Recording(), cleanTarget())),
});

const NOT_LOADED = { type: 'not-loaded', url: 'http://127.0.0.1:8000/', at: 1 } as const;
const WHY =
  'The process that answers at http://127.0.0.1:8000/ never loaded the stub of the Events API, so what the server sends was not seen; ' +
  'set eventsApi.transport to "proxy", for a server in any language, or to "server", where the site can be given the stub\'s URL';

test('a site whose process never loaded the stub is a blind spot, in which no rule about the server passes', ({
  events,
  log,
}) => {
  log.append(NOT_LOADED);
  expect(events.blindSpots()).toEqual([{ part: 'server', by: 'recorder', why: WHY }]);
  const target = cleanTarget();
  const visit = { journey: 'purchase', scenario: 'organic' } as const;
  const recording = new Recording();
  const { documents, steps } = clean();
  recording.documents.push(...documents);
  recording.steps.push(...steps);
  const subject = { recording, visit, target };
  const evidence = toEvidence(subject, '1', events.read(), [], events.blindSpots());
  const { verdicts } = judgeVisit(evidence, target, RULES);
  const ofServer = RULES.filter(({ needs = [], scenarios }) => {
    return needs.includes('server') && (scenarios as readonly string[]).includes('organic');
  });
  expect(ofServer.length).toBeGreaterThan(5);
  for (const { id } of ofServer)
    expect(verdicts.find(({ rule }) => rule === id)).toMatchObject({ outcome: 'inconclusive', reason: WHY });
});

test('a server that got a request from any visit is not a blind spot', ({ events, log }) => {
  expect(events.blindSpots()).toEqual([]);
  log.append(NOT_LOADED, { type: 'seen', visit: 'another', at: 2 });
  expect(events.blindSpots()).toEqual([]);
});

test('pixel events that the server passes on are not its own, once the target names the path', ({
  folder,
  log,
}) => {
  const pixelPaths = (...paths: string[]) =>
    cleanTarget((target) => {
      target.pixelPaths = paths;
    });
  const read = (...paths: string[]) => {
    const events = new ServerEvents(folder, `by ${paths}`, new Recording(), pixelPaths(...paths));
    const at = Date.now();
    const call = { at, method: 'POST', headers: {}, body: {}, status: 200, answer: null };
    for (const url of [
      'https://analytics.tiktok.com/api/v2/pixel',
      'https://business-api.tiktok.com/open_api/x',
    ])
      log.append({ type: 'call', visit: `by ${paths}`, call: { ...call, url } });
    return events.read().requests.map(({ url }) => new URL(url).pathname);
  };
  expect(read()).toEqual(['/api/v2/pixel', '/open_api/x']);
  expect(read('/_t')).toEqual(['/open_api/x']);
});
