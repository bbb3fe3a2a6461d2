import type { Evidence } from '../../../src/evidence/evidence.ts';
import { type Timeline, timelineOf } from '../../../src/report/timeline/model.ts';
import { RULES } from '../../../src/rules/index.ts';
import type { Target } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import type { VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { withWaivers } from '../../../src/verdict/waivers.ts';
import { AT, type Change, call, clean, cleanTarget, page, set } from '../rules/clean.ts';
import { TODAY } from './samples.ts';

/** The verdicts on a changed clean visit, with the target's waivers applied. */
export function judged(evidence: Evidence, change?: (target: Target) => void): VisitVerdicts {
  const target = cleanTarget(change);
  return withWaivers(judgeVisit(evidence, target, RULES), target.waivers, TODAY);
}

export function timeline(change?: Change, target?: (target: Target) => void): Timeline {
  const evidence = clean(change);
  return timelineOf(evidence, judged(evidence, target));
}

const HOSTILE = `</text><script>document.title = 'run'</script>]]>&amp;"' \u202e\u0000\ud800 <img src=x onerror=alert(1)>`;

/** Texts of a site that are markup, reorder the line, or contain invalid characters. */
export const hostile: Change = (evidence) => {
  for (const document of evidence.documents) document.title = HOSTILE;
  evidence.calls[4]!.args[0] = HOSTILE;
  evidence.calls[14]!.args[2] = { event_id: HOSTILE };
  (evidence.requests[5]!.body as { event: string }).event = HOSTILE;
  evidence.errors.push({ at: 20, message: HOSTILE });
  evidence.console.push({ at: 21, type: 'error', text: HOSTILE });
  evidence.steps.push({ at: 900, action: 'click', on: HOSTILE, text: JSON.stringify({ click: HOSTILE }) });
  evidence.cookies[1]!.name = HOSTILE;
  evidence.storage[0]!.key = HOSTILE;
};

/** 500 calls and their requests in one millisecond, of two alternating events. */
export const storm: Change = (evidence) => {
  for (let index = 0; index < 500; index++) {
    const name = index % 2 === 0 ? 'AddToCart' : 'ViewContent';
    evidence.calls.push(call('order', 920, 'track', name, {}, { event_id: `storm-${index}` }));
    const request = structuredClone(evidence.requests[16]!);
    Object.assign(request.body as object, { event: name, event_id: `storm-${index}` });
    evidence.requests.push({ ...request, at: 980 });
  }
};

/** 600 calls of different events in one millisecond. */
export const flood: Change = ({ calls }) => {
  for (let index = 0; index < 600; index++) calls.push(call('order', 920, 'track', `Event${index}`, {}, {}));
};

/** The redirects of an ad that goes through thirteen hosts, and loses the click id at the ninth; one event is sent without it. */
export const manyHops: Change = (evidence) => {
  const landing = evidence.documents[0]!;
  const query = new URL(landing.url).search;
  const hops = Array.from({ length: 13 }, (_, index) => ({
    url: `http://tracker-${index}.example/a/rather/long/way/to/the/shop${index < 8 ? query : ''}`,
    status: 302,
  }));
  landing.url = 'http://www.shop.example/';
  landing.hops = [...hops, { url: landing.url, status: 200 }];
  set(`${AT.sent.ViewContent}/body/context/ad/callback`, '')(evidence);
};

/** Wide letters, for which a text column is not a picture column. */
export const wide: Change = (evidence) => {
  for (const document of evidence.documents) document.title = '商品詳細ページ・青いウィジェット '.repeat(4);
  for (const { args } of evidence.calls)
    if (typeof args[0] === 'string') args[0] = '購入完了イベント購入完了イベント';
};

/** Only pages: no calls, requests or cookies. */
export const silent: Change = (evidence) => {
  Object.assign(evidence, { calls: [], requests: [], cookies: [], storage: [], steps: [], consent: [] });
  evidence.server.requests = [];
};

/** A visit in which the same page was loaded over and over. */
export const reloads: Change = (evidence) => {
  for (let index = 0; index < 8; index++)
    evidence.documents.push(
      page(`again-${index}`, 1000 + index, 'http://www.shop.example/orders/1001', 'reload'),
    );
};

export const broken: Change = (evidence) => {
  evidence.outcome = 'broken';
  evidence.problem = {
    kind: 'step',
    code: 'step',
    args: {},
    message: 'The journey broke off at step 3 of 6: Timeout 5000ms exceeded.',
  };
};
