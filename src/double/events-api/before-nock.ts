import http from 'node:http';
import net from 'node:net';

/** What nock's library replaces, as it was: this module has to be imported before nock, which replaces it when it is loaded. */
export const INVISIBLE = {
  connect: net.Socket.prototype.connect,
  addRequest: (http.Agent.prototype as unknown as { addRequest: (...args: unknown[]) => unknown }).addRequest,
  fetch: globalThis.fetch,
};
