import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled, bundledForNode } from './src/double/bundle.ts';

/**
 * Compiles the package into ./dist, in the rooms of ./src: modules and types by the TypeScript compiler, what runs in pages as one
 * script each, and the files that are read as they are.
 */
const root = fileURLToPath(new URL('.', import.meta.url));
const inDist = (file: string) => join(root, 'dist', file);

/** Main modules of what runs in pages. */
const PAGE_PROGRAMS = [
  'src/double/sdk/{main,loader,identify}.ts',
  'src/recorder/tap/main.ts',
  'src/visit/page/*.ts',
  'src/visit/scenarios/page/*.ts',
  'src/playwright/page/*.ts',
];

const PRELOAD = 'src/double/events-api/preload.ts';

/** Read or run as they are. */
const AS_THEY_ARE = ['src/**/*.{cjs,mjs,php}', 'src/**/*.schema.json'];

// npm runs it before it packs, also for a release.
if (process.env.npm_command === 'publish') refuseUnaddressed();
rmSync(inDist(''), { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/.bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
for (const file of globSync(PAGE_PROGRAMS, { cwd: root }))
  write(file.replace(/\.ts$/, '.js'), bundled(join(root, file)));
// A site's process loads it at each start: as one module, in half the time.
write(PRELOAD.replace(/\.ts$/, '.js'), bundledForNode(join(root, PRELOAD)));
for (const file of globSync(AS_THEY_ARE, { cwd: root })) {
  mkdirSync(dirname(inDist(file)), { recursive: true });
  copyFileSync(join(root, file), inDist(file));
}

/** A package on a registry says where its source is and where problems are reported. */
function refuseUnaddressed(): void {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const lacking = ['repository', 'homepage', 'bugs'].filter((field) => !manifest[field]);
  if (lacking.length === 0) return;
  console.error(
    `package.json: found no ${lacking.join(', no ')}; wanted the project's address before it is published. Set it as CONTRIBUTING.md says under Publish.`,
  );
  process.exit(2);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(inDist(file)), { recursive: true });
  writeFileSync(inDist(file), text);
}
