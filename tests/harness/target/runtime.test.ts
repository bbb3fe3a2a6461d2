import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { isPlainlyForeign } from '../../../src/target/runtime.ts';
import { test } from '../test.ts';

/** Has none of the programs. */
const FOLDER = import.meta.dirname;

for (const command of [
  'php -S 127.0.0.1:8000 -t public',
  '/usr/bin/php8.2 artisan serve',
  'cd shop && exec php -S 127.0.0.1:8000',
  'python manage.py runserver',
  'python3.12 -m flask run',
  'PORT=8000 APP_ENV="a test" gunicorn shop:app',
  'env PORT=8000 bundle exec rails server',
  'go run ./cmd/shop',
  'java -jar shop.jar',
  './gradlew bootRun',
  '"C:\\php\\php.exe" -S 127.0.0.1:8000',
  'deno run server.ts',
  'go build -o ./bin/shop ./cmd && bin/shop',
])
  test(`plainly not Node: ${command}`, () => expect(isPlainlyForeign(command, FOLDER)).toBe(true));

for (const command of [
  'node server.js',
  'npm start',
  'npx next start',
  './start.sh',
  'docker compose up',
  'npm run build && php -S 127.0.0.1:8000',
  'php -S 127.0.0.1:8001 & node server.js',
  'node php.js',
  process.execPath,
  'go build -o ./bin/shop ./cmd && bin/other',
  'phpunit-watch',
  'google-chrome',
  'cd shop',
  '',
])
  test(`may be Node: ${command}`, () => expect(isPlainlyForeign(command, FOLDER)).toBe(false));

for (const [what, head, isCompiled] of [
  ['an ELF program', '\x7fELF\x02', true],
  ['a Mach-O program', '\xcf\xfa\xed\xfe', true],
  ['a script', '#!/bin/sh\n', false],
  ['an empty file', '', false],
] as const)
  test(`a file in the folder of the server that is ${what}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-runtime-'));
    await writeFile(join(folder, 'shop'), head, 'latin1');
    expect(isPlainlyForeign('PORT=8000 ./shop --serve', folder)).toBe(isCompiled);
    await rename(join(folder, 'shop'), join(folder, 'node'));
    expect(isPlainlyForeign('./node server.js', folder)).toBe(false);
    await rm(folder, { recursive: true });
  });
