/** For a Playwright suite of the user's own: `test` with the fixture `ttq`, and `expect` with its matchers. */
import './node-version.ts';

export type { Evidence } from '../evidence/evidence.ts';
export type { VisitVerdicts } from '../verdict/verdict.ts';
export type { TtqAnswer } from './consent.ts';
export { type TtqTestArgs, type TtqWorkerArgs, test } from './fixtures.ts';
export { eventsApiServer, siteEnvironment } from './logs.ts';
export { expect, type SentOptions } from './matchers.ts';
export type { TtqTarget } from './target.ts';
export type { Ttq, TtqCall, TtqEvent, TtqServerEvent } from './ttq.ts';
