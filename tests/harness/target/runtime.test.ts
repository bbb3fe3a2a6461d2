import { expect } from '@playwright/test';
import { isPlainlyForeign } from '../../../src/target/runtime.ts';
import { test } from '../test.ts';

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
])
  test(`plainly not Node: ${command}`, () => expect(isPlainlyForeign(command)).toBe(true));

for (const command of [
  'node server.js',
  'npm start',
  'npx next start',
  './start.sh',
  'docker compose up',
  'npm run build && php -S 127.0.0.1:8000',
  'php -S 127.0.0.1:8001 & node server.js',
  'node php.js',
  'phpunit-watch',
  'google-chrome',
  'cd shop',
  '',
])
  test(`may be Node: ${command}`, () => expect(isPlainlyForeign(command)).toBe(false));
