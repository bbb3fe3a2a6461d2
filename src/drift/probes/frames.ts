import { ELSEWHERE, type Probe, SHOP } from '../probe.ts';

/** The SDK in an iframe; the page around it has none. */
const framed = (name: string, about: string, src: string, attributes = ''): Probe => ({
  name: `frame/${name}`,
  about,
  head: '<title>Around</title>',
  body: `<iframe src="${src}" ${attributes}></iframe>`,
  calls: `ttq.page(); ttq.track('Framed');`,
  pages: { '/frame': '<!--ttq-->' },
  steps: [{ waitFor: 'Framed' }],
  end: 'none',
});

/** Pages inside of pages. */
export const FRAMES: Probe[] = [
  framed('same-origin', "A frame of the same origin reports the top page's URL.", '/frame?inner=1'),
  framed('cross-site', 'A frame of another site reports its own.', `${ELSEWHERE}/frame`),
  framed(
    'sandboxed',
    'In a sandboxed frame, which has no origin, the SDK mounts and sends nothing.',
    `${SHOP}/frame`,
    'sandbox="allow-scripts"',
  ),
];
