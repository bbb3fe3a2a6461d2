/*
 * The program in which a target module is tried; try-module.ts starts it. It loads the module and passes its exports on as
 * JSON: at the end, when nothing that the module started is left, so that late errors are known by then.
 *
 * Plain JavaScript without imports of our own: Node takes 0.1 to 0.3 seconds for its first TypeScript file.
 */
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** The pipe for the result. */
const RESULT = 3;
const MOST_PROBLEMS = 20;
/** As in structure.ts. */
const DEEPEST = 100;

// The waiting process holds the other end of pipe 4. If that process is gone, this one ends, with everything it has started, even
// if the module keeps the main thread busy.
new Worker(
  `const { Socket } = require('node:net');
  const kill = () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
  new Socket({ fd: 4 }).on('error', kill).on('close', kill).resume();`,
  { eval: true },
).unref();

/** Where a function is allowed. */
const STEP = /^\/(journeys\/\d+\/steps|consent\/(grant|deny|withdraw)|setup)\/\d+$/;

const problems = [];
let outcome;

process.on('uncaughtException', refuse);
process.once('beforeExit', () => outcome && write(outcome));

const AS_MODULE = { commonjs: 'module', 'commonjs-typescript': 'module-typescript' };
const UNSAID = { '.js': 'module', '.ts': 'module-typescript' };
const IS_MODULE = /^(import\b[^(]|export\b)/m;
const IS_COMMONJS = /\b(module\.exports|require\()/;
const PACKAGE = 'ttq-conformance';
const TAKEN = /(?:import\s*\{([^}]*)\}\s*from\s*|\{([^}]*)\}\s*=\s*require\(\s*)['"]ttq-conformance['"]/g;
const DEFINE = ['./define.js', './define.ts']
  .map((name) => new URL(name, import.meta.url))
  .find(existsSync).href;

registerHooks({
  // Most targets import only this function: the whole package would cost a second for each target file.
  resolve(specifier, context, next) {
    const takesAll = specifier !== PACKAGE || !takesDefineOnly(textOf(context.parentURL));
    return takesAll ? next(specifier, context) : { url: DEFINE, shortCircuit: true };
  },
  // In a package of type commonjs, as `npm init` writes it, people write `import` all the same: TypeScript and bundlers accept it.
  load(url, context, next) {
    const [ending] = /\.[jt]s$/.exec(url) ?? [];
    // Where the package says nothing, Node would warn of it.
    const format = ending && (AS_MODULE[context.format] ?? (context.format ? undefined : UNSAID[ending]));
    const text = format === undefined ? '' : textOf(url);
    return next(url, IS_MODULE.test(text) && !IS_COMMONJS.test(text) ? { ...context, format } : context);
  },
});

/** Empty for anything but a file of the user's own. */
function textOf(url) {
  if (!url?.startsWith('file:') || url.includes('/node_modules/')) return '';
  return readFileSync(fileURLToPath(url), 'utf8');
}

function takesDefineOnly(text) {
  const taken = [...text.matchAll(TAKEN)].map(([, imported, required]) => imported ?? required);
  const names = taken.flatMap((list) => list.split(',')).map((name) => name.trim());
  const isOnly = names.every((name) => name === '' || name === 'defineTarget' || name.startsWith('type '));
  return isOnly && taken.length > 0;
}

// The module should not find its own path among the arguments.
const [file] = process.argv.splice(2);
try {
  const { default: exported } = await import(pathToFileURL(file).href);
  // The exports of a CommonJS module, including `default`, are its default export.
  const isWrapped = typeof exported === 'object' && exported !== null && 'default' in exported;
  const value = plain(isWrapped ? exported.default : exported, '', []);
  outcome = problems.length > 0 ? { problems } : { value };
} catch (error) {
  refuse(error);
}

function refuse(error) {
  write({ error: messageOf(error), isSyntax: error instanceof SyntaxError });
  process.exit(1);
}

function messageOf(error) {
  try {
    return String(error?.message ?? error);
  } catch {
    return 'no message';
  }
}

function write(line) {
  let rest = Buffer.from(`${JSON.stringify(line)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSync(RESULT, rest));
}

/** A copy of plain data; each getter is called once. Anything else is added to the problems. */
function plain(value, path, parents) {
  // The visit's worker imports the module again, and finds the function by its place.
  if (typeof value === 'function' && STEP.test(path)) return { run: path, in: file };
  const found = oddity(value, parents);
  if (found !== undefined) {
    problems.push({ field: path || '/', found });
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return value;
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  const members = [];
  for (const key of keys) {
    // A list can have millions of members.
    if (problems.length >= MOST_PROBLEMS) break;
    members.push([key, member(value, key, path, [...parents, value])]);
  }
  // A plain object, whatever its keys are.
  return Array.isArray(value) ? members.map(([, content]) => content) : Object.fromEntries(members);
}

function member(of, key, path, parents) {
  const own = `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  try {
    const value = of[key];
    if (value !== undefined || !Array.isArray(of)) return plain(value, own, parents);
    problems.push({ field: own, found: 'undefined' });
  } catch (error) {
    problems.push({ field: own, error: messageOf(error) });
  }
  return undefined;
}

/** What a value is that is not plain data. */
function oddity(value, parents) {
  switch (typeof value) {
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    case 'bigint':
      return 'a BigInt';
    case 'number':
      return Number.isFinite(value) ? undefined : String(value);
    case 'object':
      return value === null ? undefined : oddObject(value, parents);
    default:
      return undefined;
  }
}

function oddObject(value, parents) {
  if (parents.includes(value)) return 'an object that contains itself';
  if (parents.length >= DEEPEST) return `data nested ${DEEPEST} deep`;
  if (Array.isArray(value)) return undefined;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const { name } = prototype.constructor ?? {};
    return typeof name === 'string' && name !== '' && name !== 'Object'
      ? `an instance of ${name}`
      : 'an object that inherits from another';
  }
  return Object.getOwnPropertySymbols(value).some((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  )
    ? 'an object with a symbol for a key'
    : undefined;
}
