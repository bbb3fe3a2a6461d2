import { parseArgs } from 'node:util';
import { measureJudging } from './judge.ts';
import { measureManyCalls } from './many-calls.ts';
import { captureMatrix } from './matrix.ts';
import { measureOverhead } from './overhead.ts';
import { measurePeer } from './peer.ts';
import { measureScale } from './scale.ts';
import { measureSdk } from './sdk.ts';

/** `npm run bench`, `npm run bench -- overhead --rounds 30`, `npm run bench -- matrix --rounds 5`, `npm run bench -- sdk`, `npm run bench -- judge`, `npm run bench -- calls`, `npm run bench -- scale --targets 500`, `npm run bench -- peer --rounds 5`, which asks the npm registry */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, targets: { type: 'string', default: '500' } },
});
const parts = positionals.length > 0 ? positionals : ['overhead', 'matrix', 'sdk', 'judge', 'calls'];
const rounds = (fallback: number) => {
  const wanted = Number(values.rounds ?? fallback);
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  throw new Error(`--rounds is ${values.rounds}; wanted a whole number above 0`);
};

if (parts.includes('overhead')) await measureOverhead(rounds(15));
if (parts.includes('matrix')) await captureMatrix(rounds(5));
if (parts.includes('sdk')) await measureSdk(rounds(25));
if (parts.includes('judge')) await measureJudging(rounds(100));
if (parts.includes('calls')) await measureManyCalls();
// It takes minutes and measures the reports, so it runs only on request.
if (parts.includes('scale')) await measureScale(Number(values.targets));
if (parts.includes('peer')) await measurePeer(rounds(5));
