#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';

// Checked before anything else is loaded: an older Node would fail with a syntax error in a module that it cannot read.
const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const [neededMajor, neededMinor] = engines.node.match(/\d+/g).map(Number);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
  console.error(
    `ttq-conformance needs Node ${neededMajor}.${neededMinor} or newer, and this is Node ${process.versions.node}. Install a newer Node, and run it again.`,
  );
  process.exit(2);
}

// TypeScript in the repository, compiled in the published package.
const source = new URL('../src/cli/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/src/cli/main.js', import.meta.url).href);
