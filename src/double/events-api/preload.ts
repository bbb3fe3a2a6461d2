import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { answerCall, withoutFindings } from './call.ts';
import { NO_FAULT } from './fault-script.ts';
import { guardLookups, guardProxies } from './guard.ts';
import { answeredHosts } from './hosts.ts';
import { lineOf } from './line.ts';
import { answerInLog } from './logged-answer.ts';
import { answerOnNock } from './on-nock.ts';
import { type Secret, watchOutput } from './output.ts';
import { answerHttp2At } from './own-hosts-only.ts';
import { answerServer } from './pixel-answer.ts';
import { type PreloadSettings, preloadSettings, SETTINGS_VARIABLE } from './preload-settings.ts';
import { followRequests } from './requests.ts';
import { RunLog } from './run-log.ts';
import { standBefore } from './wall.ts';

/**
 * Preloaded into a Node process (`node --import ttq-conformance/events-api/preload`): answers its Events API calls in TikTok's
 * place, and logs each before it is answered. Its worker threads, and children that inherit its environment, load it as well.
 */
const settings = preloadSettings();
if (settings) preloadForAudit(settings);
else preloadAlone();

/** In an audit each call is logged in the run's log, with the visit whose request caused it, and gets the faults of its visit. */
function preloadForAudit({
  folder,
  network,
  hosts,
  eventsApiHosts = [],
  secrets = [],
  wall,
  passesPixelOn = false,
}: PreloadSettings) {
  const log = RunLog.in(folder);
  const seen = new Set<string>();
  const currentVisit = followRequests((visit) => {
    if (seen.has(visit)) return;
    seen.add(visit);
    log.append({ type: 'seen', visit, at: Date.now() });
  });
  const isAnswered = answeredHosts(eventsApiHosts);
  guardLookups({ network, hosts, isAnswered });
  const { HTTPS_PROXY: proxy } = wall?.children ?? {};
  if (proxy) answerHttp2At(Number(new URL(proxy).port));
  if (wall) standBefore(wall, { [SETTINGS_VARIABLE]: process.env[SETTINGS_VARIABLE]! });
  guardProxies(isAnswered);
  const tokens = new Set<string>();
  watchOutput(
    () => [...secrets, ...[...tokens].map((text): Secret => ({ text, kind: 'token' }))],
    (kind) => {
      const visit = currentVisit();
      log.append({ type: 'leak', ...(visit === undefined ? {} : { visit }), at: Date.now(), kind });
    },
  );
  answerOnNock(eventsApiHosts, (received) =>
    answerServer(received, passesPixelOn, () => {
      const visit = currentVisit();
      tokens.add(received.headers['access-token'] ?? '');
      return answerInLog(log, received, visit).answer;
    }),
  );
}

/** Without an audit each call is logged to the file in TTQ_EVENTS_API_LOG, or to stderr. */
function preloadAlone() {
  const file = process.env.TTQ_EVENTS_API_LOG;
  if (isMainThread) {
    const where = file
      ? `calls are written to ${file}`
      : 'calls follow here; TTQ_EVENTS_API_LOG names a file';
    process.stderr.write(`ttq-conformance answers the Events API in process ${process.pid}: ${where}\n`);
  }
  const isAnswered = answeredHosts();
  guardLookups({ network: 'open', hosts: [], isAnswered });
  guardProxies(isAnswered);
  answerOnNock([], (received) => {
    const { call, answer } = answerCall(received, NO_FAULT);
    if (file) appendFileSync(file, `${JSON.stringify({ type: 'call', call: withoutFindings(call) })}\n`);
    else process.stderr.write(`${lineOf(call)}\n`);
    return answer;
  });
}
