import { sentEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const ownWayNamed = defineRule({
  id: 'pixel/own-way-named',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'The target names each host and path of the site that the pixel uses',
  why:
    'First-party modes load the pixel from a host or a path of the site, and send its events there. An audit notices this only once it has ' +
    'recorded a visit, and must record it again. A Playwright test or a HAR cannot be recorded again: what it sent there remains unknown.',
  fix: 'Add the fields named here to the target file. The commands check and init find them, too.',
  source: 'First-party modes of tag managers and front ends; pixelHosts and pixelPaths in docs/target.md',
  messages: {
    unnamed: ({ lines }: Args<'lines'>) =>
      `The pixel uses a host or a path of the site itself, so the visit was recorded again to see what was sent there; add ${lines} to the target file`,
  },
  check(evidence, { pixelHosts, pixelPaths }) {
    if (sentEvents(evidence).length === 0) return { inapplicable: 'The browser sent no event' };
    const { ways } = evidence.recorder;
    if (!ways) return [];
    const named = {
      pixelHosts: ways.pixelHosts.filter((host) => !pixelHosts.includes(host)),
      pixelPaths: ways.pixelPaths.filter((path) => !pixelPaths.includes(path)),
    };
    const lines = Object.entries(named)
      .filter(([, all]) => all.length > 0)
      .map(([name, all]) => `"${name}": ${JSON.stringify(all)}`);
    return lines.length === 0
      ? []
      : [finding('unnamed', '/recorder/ways', { args: { lines: lines.join(' and ') } })];
  },
});
