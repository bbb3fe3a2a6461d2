import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { unshown } from '../../../src/visit/explore/unshown.ts';
import { clean } from '../rules/clean.ts';
import { test } from '../test.ts';

/** A visit in which events are sent; the answer is given before all of them, or after. */
const BEFORE = 0;
const AFTER = Number.MAX_SAFE_INTEGER;

const calls = (method: string) => (evidence: Evidence) =>
  evidence.calls.push({ ...evidence.calls[0]!, method, args: [] });

const CASES: [string, Parameters<typeof unshown>[0], number, boolean, string | undefined, string?][] = [
  ['a grant after which events are sent', 'grant', BEFORE, false, undefined],
  ['a grant after which nothing is sent', 'grant', AFTER, false, 'the page sent nothing to TikTok'],
  ['a grant that revokes', 'grant', BEFORE, false, 'the page called ttq.revokeConsent', 'revokeConsent'],
  ['a refusal after which nothing is sent', 'deny', AFTER, false, undefined],
  ['a refusal after which events are sent', 'deny', BEFORE, false, 'the page sent events to TikTok'],
  ['a refusal that grants', 'deny', BEFORE, false, 'the page called ttq.grantConsent', 'grantConsent'],
  ['a refusal that says so, whatever follows', 'deny', BEFORE, true, undefined],
];

for (const [name, kind, at, isRefusal, wanted, method] of CASES)
  test(name, () => {
    const evidence = clean(method === undefined ? undefined : calls(method));
    const { unshown: why } = unshown(kind, { at, isRefusal, evidence });
    if (wanted === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(wanted);
  });
