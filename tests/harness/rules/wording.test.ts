import { expect } from '@playwright/test';
import { RULES, RUN_RULES } from '../../../src/rules/index.ts';
import { test } from '../test.ts';
import { keepWordings, knownWordings, wordingOf } from './wording.ts';

const ALL_RULES = [...RULES, ...RUN_RULES];

test('every finding is worded as in wording.json', () => {
  const known = knownWordings();
  const isUpdate = test.info().config.updateSnapshots === 'all';
  for (const rule of ALL_RULES) {
    const wordings = (known[rule.id] ?? []).map(({ code, args }) => ({
      code,
      args,
      message: wordingOf(rule, code, args),
    }));
    if (isUpdate) keepWordings(rule.id, wordings);
    else expect.soft(wordings, rule.id).toEqual(known[rule.id]);
  }
  expect(Object.keys(known).filter((id) => !ALL_RULES.some((rule) => rule.id === id))).toEqual([]);
});

test('wording.json has every code of every rule', () => {
  const known = knownWordings();
  for (const { id, messages } of ALL_RULES) {
    const codes = new Set((known[id] ?? []).map(({ code }) => code));
    expect.soft([...codes].sort(), id).toEqual(Object.keys(messages).sort());
  }
});
