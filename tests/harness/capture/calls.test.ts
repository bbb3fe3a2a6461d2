import type { Step } from '../../../src/target/target.ts';
import { loaded } from '../double/support.ts';
import { REST } from '../rest.ts';
import { SHAPES } from './shapes.ts';
import { document, expect, test, tracks } from './support.ts';

test.describe.configure({ mode: 'parallel' });

const NEXT = document('', '<p id="next">next</p>');
const PROPERTIES = { value: 1, contents: [{ content_id: 'sku-1' }] };

/**
 * A page that tracks before the SDK mounts, after it, in a click that navigates and in pagehide. `#ready` appears once the SDK has
 * mounted and the page has tracked with it.
 */
function page(head: string, global: string): string {
  return document(
    head,
    `<a id="go" href="/next">go</a>
<script>
const track = (name) => send(name, ${JSON.stringify(PROPERTIES)}, { event_id: name });
for (const name of ['early 1', 'early 2', 'early 3']) track(name);
const timer = setInterval(() => {
  if (!window.${global}._mounted) return;
  clearInterval(timer);
  for (const name of ['late 1', 'late 2', 'late 3']) track(name);
  document.body.insertAdjacentHTML('beforeend', '<p id="ready">ready</p>');
}, 5);
document.querySelector('#go').onclick = () => { for (const name of ['click 1', 'click 2']) track(name); };
addEventListener('pagehide', () => { for (const name of ['pagehide 1', 'pagehide 2']) track(name); });
</script>`,
  );
}

const EARLY = ['early 1', 'early 2', 'early 3'];
const LATE = ['late 1', 'late 2', 'late 3'];
const CLICK = ['click 1', 'click 2'];
const PAGEHIDE = ['pagehide 1', 'pagehide 2'];
const READY: Step = { waitFor: '#ready' };

/** The tap reaches each of these in a different way; CI has all shapes. */
const SAMPLE = ['the official snippet', 'window.ttq made with a getter'];

for (const [what, { head, global = 'ttq', early, pixel }] of Object.entries(SHAPES)) {
  const expected = (names: string[], queued: boolean) =>
    names.map((name) => {
      const args = [name, PROPERTIES, { event_id: name }] as const;
      const seen = queued && early ? early(...args) : args;
      return { args: seen, queued, global, pixel };
    });

  test(
    `each call with ${what} is tapped once, in order`,
    SAMPLE.includes(what) ? {} : REST,
    async ({ record }) => {
      const leave = [{ click: '#go' }, { waitFor: '#next' }];
      const evidence = await record({ '/': page(head, global), '/next': NEXT }, [READY, ...leave]);
      expect(evidence.problem).toBeUndefined();
      const seen = tracks(evidence).map(({ args, queued, global, pixel }) => ({
        args,
        queued,
        global,
        pixel,
      }));
      expect(seen).toEqual([...expected(EARLY, true), ...expected([...LATE, ...CLICK, ...PAGEHIDE], false)]);
    },
  );
}

test('what is called when the visit ends is tapped, and sent', async ({ record }) => {
  const { head } = SHAPES['the official snippet']!;
  const evidence = await record({ '/': page(head, 'ttq') }, [READY]);
  expect(tracks(evidence).map(({ args }) => args[0])).toEqual([...EARLY, ...LATE, ...PAGEHIDE]);
  const sent = evidence.requests.flatMap(({ body }) => (body as { event?: string } | undefined)?.event ?? []);
  expect(sent).toEqual(expect.arrayContaining(PAGEHIDE));
});

test('many calls right before a script navigates are tapped', REST, async ({ record }) => {
  const { head } = SHAPES['the official snippet']!;
  const body = `<button id="go" onclick="for (let n = 0; n < 50; n += 1) send('call ' + n); location.assign('/next')">go</button>`;
  const steps = [{ click: '#go' }, { waitFor: '#next' }];
  const evidence = await record({ '/': document(head, body), '/next': NEXT }, steps);
  expect(tracks(evidence).map(({ args }) => args[0])).toEqual(
    Array.from({ length: 50 }, (_, n) => `call ${n}`),
  );
});

test('a flood of calls is recorded completely and in order, those of pagehide last', async ({ record }) => {
  const calls = (first: number, last: number) =>
    `for (let n = ${first}; n <= ${last}; n += 1) ttq.track('ViewContent', { content_id: 'sku' }, { event_id: 'n' + n });`;
  const evidence = await record({
    '/': document(
      loaded(calls(1, 700)),
      // It does not matter what a page does to arrays.
      `<script>Array.prototype.join = () => 'broken'; ${calls(701, 730)}
        addEventListener('pagehide', () => { ${calls(731, 735)} });</script>`,
    ),
  });
  expect(evidence.outcome).toBe('complete');
  expect(tracks(evidence).map(({ args }) => args[2])).toEqual(
    Array.from({ length: 735 }, (_, index) => ({ event_id: `n${index + 1}` })),
  );
});
