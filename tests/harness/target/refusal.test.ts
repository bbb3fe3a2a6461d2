import { expect } from '@playwright/test';
import { mask } from '../../../src/masking/mask.ts';
import { checkTarget } from '../../../src/target/check.ts';
import { Private } from '../../../src/target/private.ts';
import {
  type Refusal,
  refusal,
  refusalText,
  refusedLine,
  rewritten,
  written,
} from '../../../src/target/refusal.ts';
import { test } from '../test.ts';

const FILE = {
  name: 'shop',
  baseURL: 'https://shop.example',
  pixels: ['C0000000000000000000'],
  journeys: [{ name: 'visit', start: '/' }],
};

const only = (problems: Refusal[]): Refusal => {
  expect(problems).toHaveLength(1);
  return problems[0]!;
};

test('what is wrong is a code with arguments and a field', () => {
  expect(only(checkTarget({ ...FILE, consent: { grant: [] } }))).toEqual({
    code: 'too-few',
    args: { found: '[]', least: 1, note: 'Steps that grant consent' },
    field: '/consent/grant',
  });
});

test('the author of the file sees the whole message, the verdicts nothing private', () => {
  const one = refusal('json-syntax', { detail: new Private('Unexpected token + in +14155550123') });
  expect(refusalText(one)).toBe('found a syntax error (Unexpected token + in +14155550123); wanted JSON');
  expect(written(one, 'shop.json')).toEqual({
    code: 'json-syntax',
    args: {},
    file: 'shop.json',
    message: 'found a syntax error; wanted JSON',
  });
});

test('a value of the identity is private, but a missing field is not', () => {
  const wrong = only(checkTarget({ ...FILE, identity: { phone: '4155550123' } }));
  expect(refusalText(wrong)).toContain('found a text of 10 characters');
  expect(written(wrong, 'shop.json')).toMatchObject({
    code: 'no-match',
    field: '/identity/phone',
    message: expect.stringMatching(/^\/identity\/phone: found another value; wanted text that matches/),
  });
  const unknown = only(checkTarget({ ...FILE, identity: { mail: 'ada@shop.example' } }));
  expect(written(unknown, 'shop.json').message).toMatch(
    /^\/identity\/mail: found an unknown field; did you mean email\? Wanted/,
  );
});

for (const [what, file] of [
  ['a whole target', [{ ...FILE, identity: { firstName: 'Ada' } }]],
  ['a server', { ...FILE, server: [{ env: { KEY: 'Ada' } }] }],
] as const) {
  test(`the identity and the environment are not quoted as parts of ${what}`, () => {
    for (const problem of checkTarget(file)) expect(refusalText(problem)).not.toContain('Ada');
    expect(checkTarget(file)).not.toEqual([]);
  });
}

test('a masked refusal gets its message again', () => {
  const one = written(refusal('name-taken', { name: 'ada@shop.example' }, '/name'), 'ada@shop.example.json');
  const masked = rewritten(one, mask);
  expect(JSON.stringify(masked)).not.toContain('ada@');
  expect(masked.message).toContain(
    `found "${String(masked.args.name)}", which is also the name of another target`,
  );
});

test('one line names the file, then each problem; a problem of an option names no file', () => {
  const two = [refusal('no-port', {}, '/eventsApi/port'), refusal('no-sender', {}, '/journeys/0')];
  expect(refusedLine(two.map((one) => written(one, 'shop.json')))).toMatch(
    /^The target file shop\.json cannot be used: \/eventsApi\/port: found .+, and \/journeys\/0: found/,
  );
  const option = written(refusal('forward-not-asked', { target: 'shop' }), 'shop.json');
  expect(refusedLine([option])).toBe(option.message);
});
