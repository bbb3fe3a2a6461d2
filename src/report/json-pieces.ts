/** How deep a value is taken apart: in verdicts.json, as far as the single visit. */
const DEPTH = 4;

/**
 * JSON as `JSON.stringify(value, null, 2)` writes it, piece by piece: the text of the verdicts of many visits is larger than a string may be.
 */
export function* jsonPieces(value: unknown, depth = DEPTH, indent = ''): Generator<string> {
  if (depth === 0 || typeof value !== 'object' || value === null) {
    yield (JSON.stringify(value, null, 2) ?? 'null').replaceAll('\n', `\n${indent}`);
    return;
  }
  const isList = Array.isArray(value);
  const members: [string, unknown][] = isList
    ? value.map((one) => ['', one])
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => [`${JSON.stringify(name)}: `, member]);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (members.length === 0) {
    yield open + close;
    return;
  }
  for (const [index, [name, member]] of members.entries()) {
    yield `${index === 0 ? open : ','}\n${indent}  ${name}`;
    yield* jsonPieces(member, depth - 1, `${indent}  `);
  }
  yield `\n${indent}${close}`;
}
