import { registerHooks } from 'node:module';

/** Preloaded into a process: prints the modules it has loaded as its last line, as JSON. */
const loaded: string[] = [];

registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});

process.on('exit', () => console.log(`\n${JSON.stringify(loaded)}`));
