// biome-ignore-all lint: stands for a minified script of TikTok's
// biome-ignore-all format: stands for a minified script of TikTok's
// The part that hashes, fetched when it is first needed: every event waits for it.
!function(t){delete window.__otherIdentify,t(function(t,e){var n=t.email,o={};t.external_id&&(o.external_id=t.external_id);if(!n)return e(o);crypto.subtle?crypto.subtle.digest("SHA-256",(new TextEncoder).encode(n.trim().toLowerCase())).then(function(t){o.email=Array.from(new Uint8Array(t)).map(function(t){return("0"+t.toString(16)).slice(-2)}).join(""),e(o)}):(o.email="0".repeat(64),e(o))})}(window.__otherIdentify);
