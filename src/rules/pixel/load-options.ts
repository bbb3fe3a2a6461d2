import { definesLoad, dropsOptions } from '../../tiktok/base-code.ts';
import { record, text } from '../../tiktok/pixel-request.ts';
import { isWhole } from '../../views/snippets.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const loadOptions = defineRule({
  id: 'pixel/load-options',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'pages'],
  title: 'The base code passes on the options given to ttq.load',
  why: 'Older snippets never set ttq._o, from which the SDK reads the options: limited data use and all others are silently ignored.',
  fix: 'Replace the snippet with the current base code from Events Manager.',
  source: 'Measured on SDK builds of 2024 to 2026: options are read from ttq._o only',
  messages: {
    dropped: ({ options, pixel, page }: Args<'options' | 'pixel' | 'page'>) =>
      `ttq.load is given ${options} for pixel ${pixel} on ${page}, but the base code never sets _o, so the SDK ignores what it is given`,
  },
  check(evidence) {
    const loads = evidence.calls.flatMap((call, index) => {
      const options = Object.keys(record(call.args[1])).filter((name) => name !== '$');
      return call.method === 'load' && options.length > 0 ? [{ ...call, options, index }] : [];
    });
    if (!evidence.calls.some(({ method }) => method === 'load'))
      return { inapplicable: 'ttq.load was never called' };
    const pages = new Map(evidence.documents.map((document) => [document.id, document]));
    return loads.flatMap(({ document, args, options, index }) => {
      const { url = '', snippets = [] } = pages.get(document) ?? {};
      const makers = snippets.filter(({ text: code }) => definesLoad(code));
      if (makers.length === 0 || !makers.every((one) => isWhole(one) && dropsOptions(one.text))) return [];
      const told = { options: listed(options), pixel: text(args[0]), page: pathOf(url) };
      return [finding('dropped', `/calls/${index}`, { args: told, page: url })];
    });
  },
});
