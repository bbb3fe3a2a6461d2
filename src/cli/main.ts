#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { holdExit, outliveOutput, settleExit } from '../report/exit-code.ts';
import { main } from './command-line.ts';
import { endWhenInterrupted } from './interrupted.ts';

// Node keeps what it compiles in the folder for temporary files: a third of what a command takes to start. In this process alone, as the
// module of a target, which others load, may hold secrets.
enableCompileCache();
outliveOutput();
holdExit();
endWhenInterrupted();
const code = await main(process.argv.slice(2));
settleExit(() => code);
