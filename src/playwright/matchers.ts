import { existsSync, readFileSync } from 'node:fs';
import {
  expect as base,
  type ExpectMatcherState,
  type FullConfig,
  type MatcherReturnType,
  test,
} from '@playwright/test';
import { RULE_BY_ID, RULES } from '../rules/index.ts';
import { type IdentityPart, identified } from './identified.ts';
import { judge } from './judge.ts';
import { suiteLogs } from './logs.ts';
import { json } from './matching.ts';
import { type EventWanted, match, type Seen, seenFailure, unwantedFailure } from './seen.ts';
import { trackedSince, trackingText } from './tracking.ts';
import type { Ttq } from './ttq.ts';

/** How often an event is wanted, under which event_id, and for which pixel. */
export interface SentOptions {
  /** The exact number for each pixel; without it, at least one. */
  times?: number;
  /** Its event_id; `true`: any. */
  eventId?: string | RegExp | true;
  /** Id of the pixel that must receive it. */
  pixel?: string;
  /** Milliseconds to wait for it; by default those of `expect`. */
  timeout?: number;
  /**
   * For `.not`: milliseconds to wait for the event that should not come; 2,000 by default, the shortest time that a visitor
   * stays.
   */
  within?: number;
}

/** A rule by its id, or all rules of a topic, such as `params/*`. */
type RulePattern = string;

/** Milliseconds in which an event that should not come may still come. */
const WINDOW = 2_000;

/**
 * Playwright's `expect` with matchers for the tracking of a site. Each waits for at most the timeout of `expect`; those that count, and
 * `.not`, then also until all calls are sent.
 */
export const expect = base.extend({
  /**
   * The pages have sent an event, with at least these parameters. A parameter may be a value, a RegExp, or a matcher such as
   * `expect.any(Number)`.
   */
  async toHaveSent(ttq: Ttq, event: string, params: Record<string, unknown> = {}, options: SentOptions = {}) {
    const seen = () => ttq.events().map((one): Seen => ({ ...one, copies: one.pixels }));
    return toHaveEvent(this, 'toHaveSent', ttq, seen, { event, params, ...options }, options);
  },

  /** The site's server has sent an event to the Events API, with at least these parameters. */
  async toHaveSentToEventsApi(
    ttq: Ttq,
    event: string,
    params: Record<string, unknown> = {},
    options: Omit<SentOptions, 'pixel'> = {},
  ) {
    const seen = () => ttq.serverEvents().map((one): Seen => ({ ...one, copies: ['the Events API'] }));
    return toHaveEvent(this, 'toHaveSentToEventsApi', ttq, seen, { event, params, ...options }, options);
  },

  /** The pages have identified the customer by each of these parts; by default those of the target's identity. */
  async toHaveIdentified(ttq: Ttq, parts?: readonly IdentityPart[], options: { timeout?: number } = {}) {
    const { identity } = ttq.visit.target;
    const found = () => identified(ttq.calls(), identity, parts);
    return awaited(
      this,
      ttq,
      'toHaveIdentified',
      () => found().isMet,
      options,
      () => ({
        ...found(),
        fix: RULE_BY_ID.get('identity/called')!.fix,
      }),
    );
  },

  /** The pages have loaded a pixel and its SDK runs; by default each of the target's. */
  async toHaveLoadedPixel(ttq: Ttq, pixel?: string, options: { timeout?: number } = {}) {
    const { target, recorder } = ttq.visit;
    const wanted = pixel === undefined ? target.pixels : [pixel];
    const loaded = () =>
      ttq
        .calls()
        .flatMap(({ method, args: [id] }) => (method === 'load' && typeof id === 'string' ? [id] : []));
    const sent = () => ttq.events().flatMap(({ pixels }) => pixels);
    const runs = () => recorder.recording.documents.some(({ mountedAt }) => mountedAt !== undefined);
    const isLoaded = (id: string) => sent().includes(id) || (loaded().includes(id) && runs());
    return awaited(
      this,
      ttq,
      'toHaveLoadedPixel',
      () => wanted.every(isLoaded),
      options,
      () => {
        const others = [...new Set([...loaded(), ...sent()])].filter((id) => !wanted.includes(id));
        return {
          expected: `the pixel ${wanted.join(' and ')} loaded, and its SDK running`,
          found: [
            ...wanted
              .filter((id) => !isLoaded(id))
              .map((id) =>
                loaded().includes(id)
                  ? `ttq.load("${id}") was called, and the SDK did not run`
                  : `${id} was not loaded`,
              ),
            ...others.map((id) => `${id} was loaded instead`),
          ],
          fix: RULE_BY_ID.get('pixel/sdk-loads')!.fix,
        };
      },
    );
  },

  /** The click id from `ttq.adClick` has survived redirects and navigation, and is in cookies and events. */
  async toHaveKeptClickId(ttq: Ttq) {
    const { facts } = ttq.visit;
    if (facts.clickId === undefined)
      return refused(this, 'toHaveKeptClickId', 'Nobody came from an ad: go to ttq.adClick(path) first.');
    return toConform(this, ttq, 'toHaveKeptClickId', { only: ['click-id/*'] });
  },

  /** No rule that counts fails for what the context has done so far, judged as in an audit. */
  async toConform(
    ttq: Ttq,
    options: { except?: readonly RulePattern[]; only?: readonly RulePattern[] } = {},
  ) {
    return toConform(this, ttq, 'toConform', options);
  },

  /** The tracking so far matches the snapshot of this name beside the test; `--update-snapshots` renews it. */
  async toMatchTracking(ttq: Ttq, name: string) {
    if (this.isNot)
      return refused(this, 'toMatchTracking', 'It has no .not: compare with a snapshot of what is wanted.');
    const { visit } = ttq;
    const { recording } = visit.recorder;
    if (recording.documents.length === 0)
      return refused(this, 'toMatchTracking', 'No page of the site was opened, so nothing was tracked.');
    const text = () =>
      trackingText(trackedSince(visit.since, recording), ttq.serverEvents(), (id) => visit.shown(id));
    const info = test.info();
    const suffix = info.snapshotSuffix;
    // Tracking is the same on every platform.
    info.snapshotSuffix = '';
    try {
      await visit.recorder.settle();
      const wanted = wantedTracking(info.snapshotPath(`${name}.txt`), info.config.updateSnapshots);
      // What the server sends may come later than what the pages send.
      if (wanted !== undefined) await recording.until(() => text() === wanted, this.timeout);
      base(text()).toMatchSnapshot(`${name}.txt`);
      return { pass: true, message: () => '' };
    } catch (error) {
      const title = this.utils.matcherHint('toMatchTracking', 'ttq', json(name));
      const why = error instanceof Error ? error.message : String(error);
      return { pass: false, message: () => `${title}\n\n${why}\n\n${RENEW}` };
    } finally {
      info.snapshotSuffix = suffix;
    }
  },
});

const RENEW = 'If this tracking is intended, update the snapshot: --update-snapshots.';

/** What a snapshot says; undefined if it is being written, as then there is nothing to wait for. */
function wantedTracking(path: string, update: FullConfig['updateSnapshots']): string | undefined {
  if (update === 'all' || update === 'changed') return undefined;
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r\n', '\n') : undefined;
}

async function toHaveEvent(
  state: ExpectMatcherState,
  matcher: string,
  ttq: Ttq,
  seen: () => Seen[],
  wanted: EventWanted,
  { timeout = state.timeout, within = WINDOW }: SentOptions,
): Promise<MatcherReturnType> {
  const { visit } = ttq;
  if (wanted.times === 0) return refused(state, matcher, 'times: 0 proves nothing: use .not.');
  const isMet = () => match(seen(), wanted).isMet;
  if (state.isNot) {
    const until = (condition: () => boolean, time: number) => visit.recorder.recording.until(condition, time);
    const hasPage = await until(() => visit.recorder.recording.documents.length > 0, timeout);
    if (!hasPage)
      return refused(
        state,
        matcher,
        'No page of the site was opened, so it proves nothing that nothing was sent.',
      );
    // However long that takes: what was called and is not sent yet would pass for not sent.
    await visit.recorder.settle();
    if (!(await until(isMet, within))) {
      const doubt = await visit.doubt(timeout);
      if (doubt !== undefined)
        return refused(state, matcher, `It is not known whether it was sent: ${doubt}`);
    }
    const { nearest } = match(seen(), wanted);
    const title = state.utils.matcherHint(matcher, 'ttq', json(wanted.event), { isNot: true });
    return {
      pass: isMet(),
      message: () =>
        unwantedFailure(
          title,
          `no ${wanted.event} within ${within} ms after all calls were sent`,
          nearest && visit.shown(nearest.one),
        ),
    };
  }
  await visit.recorder.recording.until(isMet, timeout);
  // A second copy may come later, on a busy machine also after the time of the matcher: until all is sent, nothing is counted.
  if (wanted.times !== undefined) await visit.recorder.settle();
  const pass = isMet();
  const problem = pass ? undefined : await visit.problem();
  const title = state.utils.matcherHint(matcher, 'ttq', json(wanted.event));
  const side = matcher === 'toHaveSentToEventsApi' ? 'server' : 'browser';
  const isUnfollowed =
    side === 'server' && (visit.target.eventsApi.transport === 'none' || suiteLogs() === undefined);
  return {
    pass,
    message: () =>
      seenFailure({
        title,
        wanted,
        seen: visit.shown(seen()),
        problem: problem ?? visit.handicap,
        side,
        isUnfollowed,
        hasPixel: visit.hasPixel,
        timeout,
      }),
  };
}

interface Failure {
  expected: string;
  found: readonly string[];
  fix: string;
}

/** Waits until a condition holds; returns why it does not. */
async function awaited(
  state: ExpectMatcherState,
  ttq: Ttq,
  matcher: string,
  isMet: () => boolean,
  { timeout = state.timeout }: { timeout?: number },
  failure: () => Failure,
): Promise<MatcherReturnType> {
  const { recording } = ttq.visit.recorder;
  if (state.isNot) {
    const hasPage = await recording.until(() => recording.documents.length > 0, timeout);
    if (!hasPage)
      return refused(
        state,
        matcher,
        'No page of the site was opened, so it proves nothing that it did not happen.',
      );
    await ttq.visit.recorder.settle();
    if (!(await recording.until(isMet, WINDOW))) {
      const doubt = await ttq.visit.doubt(timeout);
      if (doubt !== undefined)
        return refused(state, matcher, `It is not known whether it happened: ${doubt}`);
    }
  } else await recording.until(isMet, timeout);
  const title = state.utils.matcherHint(matcher, 'ttq', '', { isNot: state.isNot });
  const pass = isMet();
  const problem = pass ? undefined : ((await ttq.visit.problem()) ?? ttq.visit.handicap);
  return {
    pass,
    message: () => {
      const { expected, found, fix } = failure();
      if (state.isNot) return [title, '', `Expected: not ${expected}`].join('\n');
      return [
        title,
        '',
        `Expected: ${expected}`,
        ...found.map((one, index) => `${index === 0 ? 'Seen:     ' : '          '}${ttq.visit.shown(one)}`),
        // What broke the visit says itself what to do.
        problem === undefined ? `Do:       ${fix}` : `Problem:  ${problem}`,
        `Waited:   ${timeout} ms`,
      ].join('\n');
    },
  };
}

async function toConform(
  state: ExpectMatcherState,
  ttq: Ttq,
  matcher: string,
  { except = [], only }: { except?: readonly RulePattern[]; only?: readonly RulePattern[] },
): Promise<MatcherReturnType> {
  const unknown = [...except, ...(only ?? [])].filter(
    (pattern) => !RULES.some(({ id }) => fits(id, pattern)),
  );
  if (unknown.length > 0)
    return refused(
      state,
      matcher,
      `No rule is called ${unknown.join(' or ')}: docs/rules.md lists them. A topic is written such as params/*.`,
    );
  if (state.isNot)
    return refused(state, matcher, 'It has no .not: a site that breaks some rule proves nothing.');
  const rules = RULES.filter(
    ({ id }) =>
      !except.some((pattern) => fits(id, pattern)) && (only?.some((pattern) => fits(id, pattern)) ?? true),
  );
  const { visit } = ttq;
  const { released, message, waived } = judge(await visit.look(), visit.target, { rules });
  if (visit.recorder.recording.documents.length === 0)
    return refused(state, matcher, 'No page of the site was opened, so there is nothing to judge.');
  const title = state.utils.matcherHint(matcher, 'ttq', '');
  const isEmpty = waived.verdicts.every(({ outcome }) => outcome === 'inapplicable');
  return {
    pass: released,
    message: () =>
      `${title}\n\n${isEmpty ? 'No rule applied to what the pages have done so far.\n\n' : ''}${message()}`,
  };
}

function fits(id: string, pattern: RulePattern): boolean {
  return pattern.endsWith('/*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}

/** Fails both with and without `.not`. */
function refused({ isNot, utils }: ExpectMatcherState, matcher: string, why: string): MatcherReturnType {
  return { pass: isNot, message: () => `${utils.matcherHint(matcher, 'ttq', '', { isNot })}\n\n${why}` };
}
