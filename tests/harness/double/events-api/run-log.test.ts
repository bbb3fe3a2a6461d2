import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { type LogEntry, RunLog } from '../../../../src/double/events-api/run-log.ts';
import { test } from '../../test.ts';

const begin = (visit: string): LogEntry => ({ type: 'begin', visit, at: 1 });

let folder = '';
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ttq-run-log-'));
});
test.afterAll(() => rmSync(folder, { recursive: true }));

test('lines that others append are read once each', () => {
  const [one, other] = [RunLog.in(folder), RunLog.in(folder)];
  expect(one.read()).toEqual([]);
  other.append(begin('a'), begin('b'));
  expect(one.read()).toEqual([begin('a'), begin('b')]);
  other.append(begin('c'));
  expect(one.read()).toEqual([begin('a'), begin('b'), begin('c')]);
});

// The process of a site may outlive the log of a run.
test('a log that replaces another is read from its start, however long it is', () => {
  const log = RunLog.in(folder);
  log.append(begin('first'));
  log.read();
  const length = statSync(log.file).size;
  rmSync(log.file);
  const again = RunLog.in(folder);
  const entries: LogEntry[] = [];
  while (entries.length === 0 || statSync(log.file).size <= length + 7) {
    entries.push(begin(`visit-${entries.length}`));
    again.append(entries.at(-1)!);
  }
  expect(log.read()).toEqual(entries);
});
