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
import { answerServer } from './pixel-answer.ts';
import { type PreloadSettings, preloadSettings, SETTINGS_VARIABLE } from './preload-settings.ts';
import { followRequests } from './requests.ts';
import { RunLog } from './run-log.ts';
import { standBefore } from './wall.ts';

/**
 * Preloaded into a Node process (`node --import ttq-conformance/events-api/preload`): answers its Events API calls in TikTok's
 * place and writes each down before it is answered. Its worker threads, and the children that it hands its environment, load it,
 * too.
 */
const settings = preloadSettings();
if (settings) preloadForAudit(settings);
else preloadAlone();

/** In an audit each call stands in the run's log, with the visit whose request it came of, and meets the faults of its visit. */
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

/** Without an audit each call is a line in the file that TTQ_EVENTS_API_LOG names, or on standard error. */
function preloadAlone() {
  const file = process.env.TTQ_EVENTS_API_LOG;
  if (isMainThread) {
    const where = file
      ? `calls are written to ${file}`
      : 'calls follow here; TTQ_EVENTS_API_LOG names a file';
    process.stderr.write(
      `ttq-conformance stands in for the Events API in process ${process.pid}: ${where}\n`,
    );
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
