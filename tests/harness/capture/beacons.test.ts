import { count, MOMENTS, type Place, visitCell } from '../../bench/matrix.ts';
import { TRANSPORTS } from '../../bench/senders.ts';
import { REST } from '../rest.ts';
import { expect, test } from './support.ts';

// A beacon and a fetch with keepalive outlive their page. An XHR and an image need not: the benchmark prints what becomes of them.
const LASTING = TRANSPORTS.filter((transport) => /beacon|keepalive/.test(transport));

test.describe.configure({ mode: 'parallel' });

for (const place of ['main frame', 'same-origin iframe', 'cross-origin iframe'] satisfies Place[]) {
  for (const moment of MOMENTS) {
    // The last moment is the hardest, and so is a frame in another process, which goes with its page. CI has the whole matrix.
    const details = place === 'cross-origin iframe' && moment === 'pagehide' ? {} : REST;
    test(`what a ${place} sends at ${moment} is recorded once`, details, async ({ site, session }) => {
      const evidence = await visitCell(place, moment, site, session);
      expect(evidence.problem).toBeUndefined();
      const counts = LASTING.map((transport) => {
        const { sent, recorded } = count(transport, [evidence]);
        return { transport, sent, recorded };
      });
      expect(counts).toEqual(LASTING.map((transport) => ({ transport, sent: 1, recorded: 1 })));
    });
  }
}
