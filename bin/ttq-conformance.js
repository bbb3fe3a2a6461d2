#!/usr/bin/env node
import { existsSync } from 'node:fs';

// In the repository as it is written, in the published package compiled.
const source = new URL('../src/cli/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/src/cli/main.js', import.meta.url).href);
