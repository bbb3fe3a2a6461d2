import { sentEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const ownWayNamed = defineRule({
  id: 'pixel/own-way-named',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: "The target names the site's own ways to TikTok",
  why:
    'First-party modes load the pixel from a path or a host of the site, and send its events there. An audit finds such a way only by ' +
    'recording a visit, which it then has to record again; a Playwright suite and a HAR cannot be recorded again, and leave open what was sent.',
  fix: "Add the lines of the message to the target file. The commands check and init find a site's ways, too.",
  source: 'First-party modes of tag managers and front ends; the ways in docs/target.md',
  messages: {
    unnamed: ({ lines }: Args<'lines'>) =>
      `The pixel goes to TikTok by a way of the site's own, and the visit was recorded again to see what was sent there; add ${lines} to the target`,
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
