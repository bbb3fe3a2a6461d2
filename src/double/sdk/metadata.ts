import type { Fields } from './values.ts';

const OPEN_GRAPH = /^(og|product|music|video|article|book|profile|website|twitter):/;
const META = ['description', 'keywords'];

/** The page's machine-readable data, each kind as JSON. Microdata is not read here. */
export function collectMetadata(): Fields {
  const tags = Array.from(document.querySelectorAll('meta'), (tag): [name: string, content: string] => [
    tag.getAttribute('property') ?? tag.name,
    tag.content,
  ]);
  const openGraph = tags.filter(([name]) => OPEN_GRAPH.test(name));
  const meta = tags.filter(([name]) => META.includes(name)).map(([name, text]) => [`meta:${name}`, text]);
  return {
    open_graph: JSON.stringify(Object.fromEntries(openGraph)),
    microdata: '[]',
    json_ld: JSON.stringify(linkedData()),
    meta: JSON.stringify({ title: document.title, ...Object.fromEntries(meta) }),
  };
}

function linkedData(): unknown[] {
  const scripts = document.querySelectorAll('script[type="application/ld+json"]');
  return Array.from(scripts).flatMap(({ textContent }) => {
    try {
      return [JSON.parse(textContent ?? '')];
    } catch {
      return [];
    }
  });
}
