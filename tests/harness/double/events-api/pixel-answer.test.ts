import { expect } from '@playwright/test';
import { answerServer } from '../../../../src/double/events-api/pixel-answer.ts';
import type { FaultedAnswer } from '../../../../src/tiktok/events-api/faults.ts';
import { SCRIPT_PLACEHOLDER } from '../../../../src/tiktok/script-placeholder.ts';
import { test } from '../../test.ts';

const REFUSED: FaultedAnswer = {
  kind: 'answer',
  status: 404,
  headers: {},
  body: 'no such path',
  findings: [],
  delay: 0,
};

/** What a server is answered, and whether its call counts as one to the Events API. */
function asked(method: string, path: string, isNamed: boolean) {
  let calls = 0;
  const received = { method, url: `https://analytics.tiktok.com${path}`, headers: {}, text: '' };
  const answer = answerServer(received, isNamed, () => {
    calls += 1;
    return REFUSED;
  });
  return { calls, status: answer.kind === 'answer' && answer.status, body: 'body' in answer && answer.body };
}

for (const isNamed of [false, true]) {
  const how = isNamed ? 'names the way' : 'names no way';
  test(`a server that fetches the SDK gets the stand-in if the target ${how}`, () => {
    expect(asked('GET', '/i18n/pixel/events.js?sdkid=C1', isNamed)).toEqual({
      calls: 0,
      status: 200,
      body: SCRIPT_PLACEHOLDER,
    });
  });

  test(`an event that it passes on is accepted if the target ${how}`, () => {
    // If the path is not named, this may be a mistaken call to the Events API, and is reported as one.
    expect(asked('POST', '/api/v2/pixel', isNamed)).toEqual({
      calls: isNamed ? 0 : 1,
      status: 200,
      body: '{}',
    });
  });

  test(`any other call counts as one to the Events API if the target ${how}`, () => {
    for (const path of ['/open_api/v1.3/event/track/', '/i18n/pixel/events.js'])
      expect(asked('POST', path, isNamed)).toEqual({ calls: 1, status: 404, body: 'no such path' });
  });
}
