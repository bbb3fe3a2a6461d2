import { registerHooks } from 'node:module';

/** Preloaded into a process: prints what it has loaded as the last line, as JSON. */
const loaded: string[] = [];

registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});

process.on('exit', () => console.log(`\n${JSON.stringify(loaded)}`));
