#!/usr/bin/env node
import { holdExit, settleExit } from '../report/exit-code.ts';
import { main } from './command-line.ts';

holdExit();
const code = await main(process.argv.slice(2));
settleExit(() => code);
