import { closeSync, openSync, readSync } from 'node:fs';
import { normalize, resolve } from 'node:path';

/** Programs that run a site in a language other than JavaScript, by the start of their names; a version may follow. */
const FOREIGN = [
  ...['php', 'php-cgi', 'php-fpm', 'symfony', 'composer', 'wp', 'frankenphp'],
  ...[
    'python',
    'gunicorn',
    'uvicorn',
    'hypercorn',
    'uwsgi',
    'flask',
    'django-admin',
    'poetry',
    'pipenv',
    'uv',
  ],
  ...['ruby', 'rails', 'rackup', 'puma', 'unicorn', 'bundle'],
  ...[
    'go',
    'air',
    'java',
    'mvn',
    'mvnw',
    'gradle',
    'gradlew',
    'sbt',
    'dotnet',
    'cargo',
    'perl',
    'plackup',
    'mix',
    'elixir',
  ],
  ...['deno', 'nginx', 'apache2', 'apache2ctl', 'httpd', 'caddy'],
];

/** Words before a program that only start it. */
const BEFORE = /^(\w+=("[^"]*"|'[^']*'|\S*)|exec|env|sudo|nohup|time)\s+/;

/** JavaScript runtimes that load what NODE_OPTIONS names, or a program made with one. */
const NODES = /^(node|nodejs|electron)$/;

/** How compiled programs begin: ELF, Mach-O (also universal), Windows. */
const COMPILED = ['7f454c46', 'cffaedfe', 'cafebabe', '4d5a'];

/**
 * Whether a command plainly starts no Node process: each program in it that serves anything belongs to another language, or was
 * compiled. If the text and the program do not show it, as for a script, it may be Node.
 *
 * @param cwd absolute path of the folder that it is started in
 */
export function isPlainlyForeign(command: string, cwd: string): boolean {
  const programs = command
    .split(/&&|\|\||[;&|]/)
    .map(programOf)
    .filter(({ name }) => name !== '' && name !== 'cd');
  const isForeign = ({ name, path }: Program) =>
    FOREIGN.includes(name) ||
    (!NODES.test(name) && (isBuiltIn(command, path) || isCompiled(resolve(cwd, path))));
  return programs.length > 0 && programs.every(isForeign);
}

interface Program {
  /** Without folder and version. */
  name: string;
  path: string;
}

/** The program that a simple command starts. */
function programOf(text: string): Program {
  let rest = text.trim();
  while (BEFORE.test(rest)) rest = rest.replace(BEFORE, '');
  const [, quoted, word = ''] = /^(?:"([^"]*)"|'?([^\s']+))/.exec(rest) ?? [];
  const path = quoted ?? word;
  const name = path.split(/[\\/]/).at(-1)!.toLowerCase();
  return { name: name.replace(/\.(exe|bat|cmd|phar)$/, '').replace(/-?\d[\d.]*$/, ''), path };
}

/** Whether a command builds the program that it then starts, as `go build -o shop . && ./shop`. */
function isBuiltIn(command: string, path: string): boolean {
  const built = [...command.matchAll(/\bgo build\b[^&|;]*?\s-o[\s=]+(\S+)/g)].map(([, file]) => file!);
  return built.some((file) => normalize(file) === normalize(path));
}

function isCompiled(file: string): boolean {
  try {
    const head = Buffer.alloc(4);
    const opened = openSync(file, 'r');
    readSync(opened, head);
    closeSync(opened);
    return COMPILED.some((magic) => head.toString('hex').startsWith(magic));
  } catch {
    return false;
  }
}
