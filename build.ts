import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { bundled, bundledForNode } from './src/double/bundle.ts';

/**
 * Compiles the package into ./dist, in the structure of ./src: modules and types by the TypeScript compiler, page programs as one
 * script each, and files that are copied unchanged.
 */
const root = fileURLToPath(new URL('.', import.meta.url));
const inDist = (file: string) => join(root, 'dist', file);

/** Main modules of the page programs. */
const PAGE_PROGRAMS = [
  'src/double/sdk/{main,loader,identify}.ts',
  'src/recorder/tap/main.ts',
  'src/visit/page/*.ts',
  'src/visit/scenarios/page/*.ts',
  'src/playwright/page/*.ts',
];

const PRELOAD = 'src/double/events-api/preload.ts';

/**
 * Packages of hundreds of small modules, which each process of an audit would read one by one: a third of a second for typebox
 * alone. Bundled as one module each, with only what the code imports.
 */
const GATHERED: Record<string, string> = {
  typebox: "export * from 'typebox'; export { default } from 'typebox';",
  'ajv/dist/2020.js': "export { Ajv2020 } from 'ajv/dist/2020.js';",
  'ajv-formats': "export { default } from 'ajv-formats';",
  '@peculiar/x509': "export * from '@peculiar/x509';",
};

/** Copied unchanged. */
const AS_THEY_ARE = ['src/**/*.{cjs,mjs,php}', 'src/**/*.schema.json'];

// npm runs this before it packs, also for publishing.
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
// It is imported only for its effect, but a strict compiler asks for types.
write(PRELOAD.replace(/\.ts$/, '.d.cts'), 'export {};\n');
gather();
for (const file of globSync(AS_THEY_ARE, { cwd: root })) {
  mkdirSync(dirname(inDist(file)), { recursive: true });
  copyFileSync(join(root, file), inDist(file));
}

/** Writes the bundled packages, and makes the compiled modules import them. */
function gather(): void {
  const places = Object.keys(GATHERED).map(
    (name) => [name, inDist(`packages/${fileNameOf(name)}.js`)] as const,
  );
  for (const [name, place] of places) write(relative(inDist(''), place), GATHERED[name]!);
  // What two of them share stays a single module.
  buildSync({
    entryPoints: places.map(([, place]) => place),
    outdir: inDist('packages'),
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'node22',
    charset: 'utf8',
    minifyWhitespace: true,
    legalComments: 'inline',
    logLevel: 'error',
  });
  for (const file of globSync('dist/{src,tests}/**/*.js', { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    const changed = places.reduce((all, [name, place]) => {
      const way = relative(dirname(join(root, file)), place).replaceAll('\\', '/');
      return all.replaceAll(` from '${name}';`, ` from '${way}';`);
    }, text);
    if (changed !== text) writeFileSync(join(root, file), changed);
  }
}

function fileNameOf(name: string): string {
  return name.replace(/\W+/g, '-').replace(/^-|-js$/g, '');
}

/** A published package must say where its source is and where problems are reported. */
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
