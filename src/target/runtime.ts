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

/**
 * Whether a command plainly starts no Node process: each program in it that serves anything belongs to another language. If the
 * text does not show it, as for a script, it may be Node.
 */
export function isPlainlyForeign(command: string): boolean {
  const programs = command
    .split(/&&|\|\||[;&|]/)
    .map(programOf)
    .filter((name) => name !== '' && name !== 'cd');
  return programs.length > 0 && programs.every((name) => FOREIGN.includes(name));
}

/** Name of the program that a simple command starts, without folder and version. */
function programOf(text: string): string {
  let rest = text.trim();
  while (BEFORE.test(rest)) rest = rest.replace(BEFORE, '');
  const [, quoted, word = ''] = /^(?:"([^"]*)"|'?([^\s']+))/.exec(rest) ?? [];
  const name = (quoted ?? word).split(/[\\/]/).at(-1)!.toLowerCase();
  return name.replace(/\.(exe|bat|cmd|phar)$/, '').replace(/-?\d[\d.]*$/, '');
}
