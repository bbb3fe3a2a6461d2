/** Depth to which a value is split: in verdicts.json, down to the single visit. */
const DEPTH = 4;
/** Members from which a list is split at any depth: a visit may have thousands of runs. */
const LONG = 300;

/**
 * The JSON that `JSON.stringify(value, null, 2)` writes, in pieces: the verdicts of many visits are longer than a string may be.
 */
export function* jsonPieces(value: unknown, depth = DEPTH, indent = ''): Generator<string> {
  if (typeof value !== 'object' || value === null || (depth <= 0 && !hasLong(value))) {
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

/** Whether a value is a long list, or has one as a member. */
function hasLong(value: object): boolean {
  const isLong = (one: unknown) => Array.isArray(one) && one.length >= LONG;
  return isLong(value) || Object.values(value).some(isLong);
}
