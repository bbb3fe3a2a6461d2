import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { compiledValidators } from './build-validators.ts';
import { bundled, bundledForNode } from './src/double/bundle.ts';

/**
 * Compiles the package into ./dist: types by the TypeScript compiler, in the structure of ./src; each module that something outside
 * names, at its own place, with what they import in a few shared files; page programs as one script each; and files that are copied
 * unchanged.
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
 * Modules that are named by a path: by package.json, by Playwright, or as the program of a process. What several of them import is in
 * files that they share, so that each module is loaded once.
 */
const ENTRIES = [
  'src/index.ts',
  'src/playwright/{index,reporter}.ts',
  'src/cli/{main,judge-worker}.ts',
  'src/target/define.ts',
  'src/report/{gate,progress,allure-process,allurerc}.ts',
  'src/visit/{site-servers,namespace-relay}.ts',
  'playwright.config.ts',
  'tests/conformance/audit.spec.ts',
];

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
await compile();
for (const file of globSync(AS_THEY_ARE, { cwd: root })) {
  mkdirSync(dirname(inDist(file)), { recursive: true });
  copyFileSync(join(root, file), inDist(file));
}

/**
 * A process reads a few files in place of hundreds of modules, which takes a third of the time.
 */
async function compile(): Promise<void> {
  await build({
    entryPoints: globSync(ENTRIES, { cwd: root }).sort(),
    absWorkingDir: root,
    outdir: inDist(''),
    outbase: root,
    chunkNames: 'shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'node22',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'error',
    plugins: [packages(), validators(), places()],
  });
}

/** Imports packages as the source does, except for those that are gathered. */
function packages(): Plugin {
  return {
    name: 'packages',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        if (kind === 'entry-point' || path.startsWith('#') || GATHERED.test(path)) return undefined;
        return importer.startsWith(join(root, 'node_modules')) ? undefined : { external: true };
      });
    },
  };
}

/** Puts validators that are compiled already in the place of those that compile them. */
function validators(): Plugin {
  const all = compiledValidators();
  const compiledOf = (path: string) => all[relative(root, path).replaceAll('\\', '/')];
  return {
    name: 'validators',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /validators?\.ts$/, namespace: 'file' }, ({ path }) => {
        const found = compiledOf(path);
        return found && { contents: found.text, loader: 'js' };
      });
      onResolve({ filter: /^#compiled$/ }, ({ importer }) => ({ path: importer, namespace: 'compiled' }));
      onLoad({ filter: /./, namespace: 'compiled' }, ({ path }) => ({
        contents: compiledOf(path)!.compiled,
        loader: 'js',
        resolveDir: root,
      }));
    },
  };
}

/** A module looks for files beside its own, wherever its code is. */
function places(): Plugin {
  return {
    name: 'places',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
        if (path.startsWith(join(root, 'node_modules'))) return undefined;
        const text = readFileSync(path, 'utf8');
        const place = relative(root, path).replaceAll('\\', '/').replace(/\.ts$/, '.js');
        const here = `(import.meta.url.slice(0, import.meta.url.lastIndexOf('/dist/')) + '/dist/${place}')`;
        return { contents: text.replaceAll(/(?<!')import\.meta\.url/g, here), loader: 'ts' };
      });
    },
  };
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
