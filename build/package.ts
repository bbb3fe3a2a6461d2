import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin, transform } from 'esbuild';
import { bundled } from '../src/double/bundle.ts';
import { withoutLibrary } from './types.ts';
import { compiledValidators } from './validators.ts';

/**
 * Compiles the package into ./dist: types by the TypeScript compiler, in the structure of ./src; each module that something outside
 * names, at its own place, with what they import in a few shared files; page programs as one script each; and files that are copied
 * unchanged.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
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
 * Modules that are named by a path: by package.json, by Playwright, or as the program of a process. What several of them import is in
 * files that they share, so that each module is loaded once.
 */
const ENTRIES = [
  'src/index.ts',
  'src/playwright/{index,reporter}.ts',
  'src/cli/{main,playwright,judge-worker}.ts',
  'src/target/define.ts',
  'src/report/{gate,progress,allure-process,allurerc}.ts',
  'src/visit/{site-servers,namespace-relay}.ts',
  'playwright.config.ts',
  'tests/conformance/audit.spec.ts',
];

/** Those that users import. */
const TYPED = ['src/index.ts', 'src/playwright/index.ts', 'src/playwright/reporter.ts'];

/**
 * Packages that become part of our own files: they are hundreds of small modules, which each process of an audit would read one by one,
 * a third of a second for typebox alone.
 */
const GATHERED = /^(typebox|ajv|ajv-formats|@peculiar\/x509)(\/|$)/;

/** Copied unchanged. */
const AS_THEY_ARE = ['src/**/*.{cjs,mjs,php}', 'src/**/*.schema.json'];

// npm runs this before it packs, also for publishing.
if (process.env.npm_command === 'publish') refuseUnaddressed();
rmSync(inDist(''), { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/.bin/tsc'), '-p', 'build'], {
  cwd: root,
  stdio: 'inherit',
});
keepTypes(TYPED);
for (const file of globSync(PAGE_PROGRAMS, { cwd: root }))
  write(file.replace(/\.ts$/, '.js'), bundled(join(root, file)));
// It is imported only for its effect, but a strict compiler asks for types.
write(PRELOAD.replace(/\.ts$/, '.d.cts'), 'export {};\n');
await compile();
for (const file of globSync(AS_THEY_ARE, { cwd: root })) {
  mkdirSync(dirname(inDist(file)), { recursive: true });
  copyFileSync(join(root, file), inDist(file));
}

/**
 * A process reads a few files instead of hundreds of modules, which takes a third of the time.
 */
async function compile(): Promise<void> {
  const compiled = compiledValidators();
  await writeValidators(compiled);
  const options: BuildOptions = {
    absWorkingDir: root,
    outdir: inDist(''),
    outbase: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'node22',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'error',
    plugins: [packages(), validators(compiled), places()],
  };
  const { metafile } = await build({
    ...options,
    entryPoints: globSync(ENTRIES, { cwd: root }).sort(),
    chunkNames: 'shared/[name]-[hash]',
    splitting: true,
    metafile: true,
  });
  for (const [file, { inputs }] of Object.entries(metafile.outputs))
    if (Object.keys(inputs).every((input) => input.startsWith('node_modules/')))
      await tighten(join(root, file));
  // A site's process loads it at each start: as one module, in half the time.
  await build({ ...options, entryPoints: [PRELOAD] });
}

/** Nobody reads the packages here. */
async function tighten(file: string): Promise<void> {
  const text = readFileSync(file, 'utf8');
  const { code } = await transform(text, {
    minifyWhitespace: true,
    legalComments: 'inline',
    charset: 'utf8',
  });
  writeFileSync(file, code);
}

/** Imports packages as the source does, except for those that are gathered. */
function packages(): Plugin {
  return {
    name: 'packages',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        if (kind === 'entry-point' || GATHERED.test(path)) return undefined;
        return isInstalled(importer) ? undefined : { external: true };
      });
    },
  };
}

/** Modules that compile schemas load the result in its place, at first use: it is large, and most processes never need it. */
function validators(compiled: ReturnType<typeof compiledValidators>): Plugin {
  return {
    name: 'validators',
    setup({ onLoad }) {
      onLoad({ filter: /validators?\.ts$/ }, ({ path }) => {
        const found = compiled[inRoot(path)];
        if (!found) return undefined;
        const file = `./${basename(path, '.ts')}.cjs`;
        const contents = `
          import { createRequire } from 'node:module';
          const validators = () => createRequire(${placeOf(path)})(${JSON.stringify(file)});
          export const ${found.exports};`;
        return { contents, loader: 'js' };
      });
    },
  };
}

/** Each as one file, with what it takes from ajv. */
async function writeValidators(compiled: ReturnType<typeof compiledValidators>): Promise<void> {
  for (const [module, { code }] of Object.entries(compiled))
    await build({
      stdin: { contents: code, resolveDir: root },
      outfile: inDist(module.replace(/\.ts$/, '.cjs')),
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node22',
      charset: 'utf8',
      minify: true,
      logLevel: 'error',
    });
}

/** A module looks for files beside its own, though its code is in a file that several share. */
function places(): Plugin {
  return {
    name: 'places',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        // Others are named by a path, and stay at their place.
        if (!inRoot(path).startsWith('src/')) return undefined;
        const text = readFileSync(path, 'utf8');
        return { contents: text.replaceAll(/(?<!')import\.meta\.url/g, placeOf(path)), loader: 'ts' };
      });
    },
  };
}

/** Removes the types that nobody who imports the package gets to see, and the schema library from the others. */
function keepTypes(entries: readonly string[]): void {
  const seen = new Set<string>();
  const see = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, way] of readFileSync(file, 'utf8').matchAll(/(?:from |import\(|import )'(\.[^']+)'/g))
      see(join(dirname(file), way!.replace(/\.[jt]s$/, '.d.ts')));
  };
  for (const entry of entries) see(inDist(entry.replace(/\.ts$/, '.d.ts')));
  for (const file of globSync('dist/**/*.d.ts', { cwd: root }))
    if (!seen.has(join(root, file))) rmSync(join(root, file));
  for (const [file, text] of withoutLibrary([...seen])) writeFileSync(file, text);
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

/** An expression for the address that a source file's module has in ./dist, wherever its code is. */
function placeOf(path: string): string {
  const place = inRoot(path).replace(/\.ts$/, '.js');
  return `(import.meta.url.slice(0, import.meta.url.lastIndexOf('/dist/')) + '/dist/${place}')`;
}

/** Whether a file is of a package. The folder of packages may be a link to one elsewhere. */
function isInstalled(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file);
}

function inRoot(path: string): string {
  return relative(root, path).replaceAll('\\', '/');
}

function write(file: string, text: string): void {
  mkdirSync(dirname(inDist(file)), { recursive: true });
  writeFileSync(inDist(file), text);
}
