/** Text that was found on a site or in a target file, made harmless for the language of a report. */

/**
 * Without what cannot be seen or would turn the text around it: control characters but line breaks, marks of writing direction,
 * and halves of characters. A replacement character stands in for each.
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

/** For the text or a quoted attribute of an element, of HTML or XML. */
export function markup(text: string): string {
  return text.replace(/[&<>"']/g, (one) => ENTITY[one]!);
}

/** The same, with what cannot be seen shown. */
export function html(text: string): string {
  return markup(visible(text));
}

const GAP = '&#8203;';

/**
 * For the text of HTML on GitHub: no mention, reference, link, emoji or formula is made of it, for a zero-width space stands where one
 * would begin. GitHub looks for them in the finished page, so that neither entities nor backslashes help.
 */
export function githubHtml(text: string): string {
  return visible(text).replace(
    /[&<>$]|@|#(?=\w)|\bGH(?=-)|:(?=\/\/|[\w+-]+:)|\bwww(?=\.)/gi,
    (one) => ENTITY[one] ?? (one === '$' ? '<span>$</span>' : `${one}${GAP}`),
  );
}

/** As plain words in GitHub's Markdown, on one line, also as a table's cell. */
export function markdown(text: string): string {
  return githubHtml(text)
    .replace(/[\\`*_{}[\]|~]/g, '\\$&')
    .trim()
    .replace(/^[-+=#]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/\n+/g, '<br>');
}

/** As code in Markdown, on one line. Not for a table's cell. */
export function markdownCode(text: string): string {
  const line = visible(text).replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line === '' || line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A path within the reports folder as a link that can lead nowhere else: no scheme, no host. */
export function relativeLink(path: string): string {
  return `./${path.toWellFormed().split('/').map(encodeURIComponent).join('/')}`;
}
