import { parseArgs } from 'node:util';
import { captureMatrix } from './matrix.ts';
import { measureOverhead } from './overhead.ts';

/** `npm run bench`, `npm run bench -- overhead --rounds 30`, `npm run bench -- matrix --rounds 5` */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' } },
});
const parts = positionals.length > 0 ? positionals : ['overhead', 'matrix'];
const rounds = (fallback: number) => {
  const wanted = Number(values.rounds ?? fallback);
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  throw new Error(`--rounds is ${values.rounds}; wanted a whole number above 0`);
};

if (parts.includes('overhead')) await measureOverhead(rounds(15));
if (parts.includes('matrix')) await captureMatrix(rounds(5));
