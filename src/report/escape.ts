/** Escapes text from a site or target file for the language of a report. */

/**
 * Replaces what is invisible or would reorder the text around it: control characters except line breaks, bidirectional marks, and
 * lone surrogates. Each becomes a replacement character.
 */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (one) =>
      one === '\n' ? one : '\ufffd',
    );
}

const ENTITY: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For the text or a quoted attribute of an HTML or XML element. */
export function markup(text: string): string {
  return text.replace(/[&<>"']/g, (one) => ENTITY[one]!);
}

/** The same, with invisible characters made visible. */
export function html(text: string): string {
  return markup(visible(text));
}

const GAP = '&#8203;';

/**
 * For HTML text on GitHub: a zero-width space prevents mentions, references, links, emoji and formulas. GitHub looks for them in
 * the finished page, so neither entities nor backslashes help.
 */
export function githubHtml(text: string): string {
  return visible(text).replace(
    /[&<>$]|@|#(?=\w)|\bGH(?=-)|:(?=\/\/|[\w+-]+:)|\bwww(?=\.)/gi,
    (one) => ENTITY[one] ?? (one === '$' ? '<span>$</span>' : `${one}${GAP}`),
  );
}

/** As plain words in GitHub's Markdown on one line, safe in a table cell. */
export function markdown(text: string): string {
  return githubHtml(text)
    .replace(/[\\`*_{}[\]|~]/g, '\\$&')
    .trim()
    .replace(/^[-+=#]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/\n+/g, '<br>');
}

/** As code in Markdown, on one line. Not for table cells. */
export function markdownCode(text: string): string {
  const line = visible(text).replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line === '' || line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A path within the reports folder as a link that cannot lead elsewhere: no scheme, no host. */
export function relativeLink(path: string): string {
  return `./${path.toWellFormed().split('/').map(encodeURIComponent).join('/')}`;
}
