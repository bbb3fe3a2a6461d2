import http from 'node:http';
import net from 'node:net';

/** What nock replaces, in its original form: import this module before nock, which replaces it on loading. */
export const INVISIBLE = {
  connect: net.Socket.prototype.connect,
  addRequest: (http.Agent.prototype as unknown as { addRequest: (...args: unknown[]) => unknown }).addRequest,
  fetch: globalThis.fetch,
};
