import { type Expression, type Node, parse, type Statement } from 'acorn';
import { SDK_ROOT } from './hosts.ts';
import { remember } from './remember.ts';

/** What is wrong with a pasted base code. */
export interface SnippetProblem {
  /**
   * escaped: backslashes before its quotes; entities: HTML entities instead of characters; markup: tags that an editor put
   * between its lines; typographic: quotes of a word processor; cut: its end is missing; syntax: anything else; dead: the loader
   * of 2020.
   */
  kind: 'escaped' | 'entities' | 'markup' | 'typographic' | 'cut' | 'syntax' | 'dead';
  /** Line within the snippet, from 1. */
  line: number;
  /** What stopped the parser. */
  detail: string;
}

/** Types under which a browser runs a script element; module scripts are read by rules of their own. */
const SCRIPT_TYPE =
  /^\s*((text|application)\/(x-)?(java|ecma)script|text\/(jscript|livescript|javascript1\.\d))?\s*$/i;
const MODULE_TYPE = /^\s*module\s*$/i;

/** Whether a browser runs a script element of this type. */
export function isRun(type = ''): boolean {
  return SCRIPT_TYPE.test(type) || MODULE_TYPE.test(type);
}

/** The ways in which pasted code is broken, and how to undo them, in the order they are tried. */
const SPOILT: { kind: SnippetProblem['kind']; sign: RegExp; fix: (text: string) => string }[] = [
  {
    kind: 'escaped',
    sign: /\\["'n]/,
    fix: (text) => text.replace(/\\(["'/])/g, '$1').replace(/\\[nrt]/g, '\n'),
  },
  { kind: 'entities', sign: /&(#\d+|#x[\da-f]+|quot|apos|amp|lt|gt);/i, fix: withoutEntities },
  {
    kind: 'markup',
    sign: /<\/?(p|br|div|span)\s*\/?>/i,
    fix: (text) => text.replace(/<\/?\w+\s*\/?>/g, ' '),
  },
  {
    kind: 'typographic',
    sign: /[“”„‟″«»‘’‚‛′]/,
    fix: (text) => text.replace(/[“”„‟″«»]/g, '"').replace(/[‘’‚‛′]/g, "'"),
  },
];

/**
 * What is wrong with the text of a script element that contains TikTok's base code; undefined if it is valid JavaScript.
 *
 * @param type of the element; a type that no browser runs is not judged
 */
export function snippetProblem(text: string, type = ''): SnippetProblem | undefined {
  if (!isRun(type)) return undefined;
  const isModule = MODULE_TYPE.test(type);
  const problems = isModule ? ofModules : ofScripts;
  return problems(text, () => problemOf(text, isModule));
}

/** A site uses one base code, or a few, on all of its pages. */
const ofScripts = remember<SnippetProblem | undefined>(100);
const ofModules = remember<SnippetProblem | undefined>(100);

function problemOf(text: string, isModule: boolean): SnippetProblem | undefined {
  const error = syntaxError(text, isModule);
  if (!error)
    return isDeadLoader(text) ? { kind: 'dead', line: lineOf(SDK_JS, text), detail: '' } : undefined;
  const signs = SPOILT.filter(({ sign }) => sign.test(text));
  const isFixed = (fixes: typeof SPOILT) =>
    !syntaxError(
      fixes.reduce((fixed, { fix }) => fix(fixed), text),
      isModule,
    );
  const alone = signs.find((sign) => isFixed([sign]));
  const spoilt = alone ?? (signs.length > 0 && isFixed(SPOILT) ? signs[0] : undefined);
  const kind = spoilt?.kind ?? (isAtEnd(error, text.trimEnd()) ? 'cut' : 'syntax');
  return { kind, line: spoilt ? lineOf(spoilt.sign, text) : error.line, detail: error.message };
}

const SDK_JS = /i18n\/pixel\/sdk\.js/;

/** The loader of 2020 requests a script that is empty today, and creates no queue. */
function isDeadLoader(text: string): boolean {
  return SDK_JS.test(text) && !text.includes(`${SDK_ROOT.slice(1)}events.js`) && !definesLoad(text);
}

const DEFINES_LOAD = /\.load\s*=(?!=)/;

/** Whether a snippet is a base code that defines ttq.load itself. */
export function definesLoad(text: string): boolean {
  return DEFINES_LOAD.test(text);
}

/** Whether a base code ignores the options passed to ttq.load: the SDK reads them from `_o`. */
export function dropsOptions(text: string): boolean {
  return definesLoad(text) && !/(?<![\w$])_o(?![\w$])/.test(text);
}

/**
 * Whether a base code calls ttq.load whenever it runs at all: not in a function that is called later, and not under a condition,
 * such as the visitor's consent.
 */
export function alwaysLoads(text: string): boolean {
  return loading(text, () => {
    try {
      const { body } = parse(text, { ecmaVersion: 'latest', sourceType: 'script' });
      return loadsIn(body as Statement[]);
    } catch {
      return false;
    }
  });
}

const loading = remember<boolean>(100);

/** What follows a condition or a loop may not be reached. */
function loadsIn(statements: readonly Statement[]): boolean {
  for (const statement of statements) {
    if (statement.type === 'ExpressionStatement' && loadsWhenRun(statement.expression)) return true;
    if (statement.type === 'BlockStatement' && loadsIn(statement.body)) return true;
    if (!PASSED_THROUGH.has(statement.type)) return false;
  }
  return false;
}

const PASSED_THROUGH: ReadonlySet<Node['type']> = new Set([
  'ExpressionStatement',
  'VariableDeclaration',
  'FunctionDeclaration',
  'EmptyStatement',
  'BlockStatement',
  'ForStatement',
]);

function loadsWhenRun(expression: Expression): boolean {
  if (expression.type === 'UnaryExpression') return loadsWhenRun(expression.argument);
  if (expression.type === 'ParenthesizedExpression') return loadsWhenRun(expression.expression);
  if (expression.type === 'SequenceExpression') return expression.expressions.some(loadsWhenRun);
  if (expression.type !== 'CallExpression') return false;
  const { callee } = expression;
  if (callee.type === 'FunctionExpression') return loadsIn(callee.body.body);
  if (callee.type === 'ArrowFunctionExpression')
    return callee.body.type === 'BlockStatement' && loadsIn(callee.body.body);
  const isLoad =
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'load';
  return isLoad && expression.arguments[0]?.type === 'Literal';
}

interface Mistake {
  message: string;
  line: number;
  at: number;
}

/** Whether the only mistake is that the text ends too early. */
function isAtEnd({ message, line, at }: Mistake, text: string): boolean {
  if (at >= text.length || /^Unterminated (template|comment)/.test(message)) return true;
  return message.startsWith('Unterminated string') && line === text.split('\n').length;
}

function syntaxError(text: string, isModule: boolean): Mistake | undefined {
  try {
    parse(text, { ecmaVersion: 'latest', sourceType: isModule ? 'module' : 'script' });
    return undefined;
  } catch (error) {
    const { message, loc, pos } = error as SyntaxError & { loc: { line: number }; pos: number };
    return { message: message.replace(/ \(\d+:\d+\)$/, ''), line: loc.line, at: pos };
  }
}

function lineOf(sign: RegExp, text: string): number {
  return text.slice(0, text.search(sign)).split('\n').length;
}

const NAMED: Record<string, string> = { quot: '"', apos: "'", amp: '&', lt: '<', gt: '>' };

function withoutEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(quot|apos|amp|lt|gt));/gi, (_, decimal, hex, name) =>
    name
      ? NAMED[String(name).toLowerCase()]!
      : String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
  );
}
