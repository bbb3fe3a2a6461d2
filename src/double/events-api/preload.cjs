/*
 * What a site's process loads first. Node parses it before anything else can be said, so it is plain JavaScript that every
 * version since 4 can read: where the stub cannot be loaded, it says so in one line and ends the process. A server without the
 * stub would send its events to TikTok, and an audit of it would have seen none of them.
 */
'use strict';

// biome-ignore lint/style/useNodejsImportProtocol: old versions do not know it
var fs = require('fs');
// biome-ignore lint/style/useNodejsImportProtocol: likewise
var path = require('path');

/** The oldest version of each line that loads the stub: TypeScript, and modules by require. Later lines all do. */
var NEEDED = { 22: 20, 23: 6 };

/** Package managers start a site but do not serve it: they may run on an older Node than the site itself. */
var MANAGER = /[\\/](npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack)(-cli)?(\.c?js)?$/;

var version = process.versions.node.split('.').map(Number);
var newest = Math.max.apply(null, Object.keys(NEEDED).map(Number));
var isFit = version[0] > newest || version[1] >= NEEDED[version[0]];

if (isFit) require(stub());
else if (!MANAGER.test(process.argv[1] || '')) refuse();

/** The compiled stub, or its source in this project's own folder; an audit passes it as one bundled module. */
function stub() {
  var bundle = JSON.parse(process.env.TTQ_PRELOAD || '{}').bundle;
  if (bundle && fs.existsSync(bundle)) return bundle;
  return fs.existsSync(path.join(__dirname, 'preload.ts')) ? './preload.ts' : './preload.js';
}

/** Ends the process synchronously: otherwise the site's own program would run on. */
function refuse() {
  var line = [
    'ttq-conformance: the stub of the Events API needs Node 22.20 or newer (of 23: 23.6 or newer), and this process runs on ',
    process.versions.node,
    '. Start the site with a newer Node, or set eventsApi.transport to "proxy" or "server" in the target file.\n',
  ];
  fs.writeSync(2, line.join(''));
  process.exit(1);
}
