import { spawnSync } from 'node:child_process';
import { expect } from '@playwright/test';
import manifest from '../../../package.json' with { type: 'json' };
import { test } from '../test.ts';

for (const module of ['index', 'reporter'])
  for (const version of ['20.20.2', '22.19.0', '22.20.0'])
    test(`on Node ${version}, ${module} is ${version === '22.20.0' ? 'loaded' : 'refused in a sentence'}`, () => {
      const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
      const url = new URL(`../../../src/playwright/${module}.ts`, import.meta.url);
      const { stdout } = spawnSync(
        process.execPath,
        [
          ...['--import', `data:text/javascript,${encodeURIComponent(older)}`, '--eval'],
          `import('${url}').then(() => 'loaded', ({ message }) => message).then(console.log)`,
        ],
        { encoding: 'utf8' },
      );
      expect(stdout).toBe(
        version === '22.20.0'
          ? 'loaded\n'
          : `ttq-conformance needs Node ${manifest.engines.node.slice(2)} or newer, and this is Node ${version}. Install a newer Node, and run the suite again.\n`,
      );
    });
