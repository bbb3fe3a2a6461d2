/** Style and script of the scorecard, embedded so that it opens from disk and loads nothing. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#ffffff, #14171c); --text: light-dark(#1b1f24, #e8eaed); --soft: light-dark(#4d5661, #b3bac3);
  --line: light-dark(#c9ced6, #3a414b); --head: light-dark(#eef1f5, #20252d); --link: light-dark(#0b57b0, #8ab8ff);
  --bad: light-dark(#fde3e5, #57141c); --bad-text: light-dark(#8a0014, #ffd3d7);
  --open: light-dark(#ece3fb, #3c2a5e); --open-text: light-dark(#4b2391, #e3d4ff);
  --warn: light-dark(#fff0c7, #4d3a05); --warn-text: light-dark(#664500, #ffe3a0);
  --waived: light-dark(#e2edfb, #17365c); --waived-text: light-dark(#123f7d, #cfe2ff);
  --good: light-dark(#e0f4e4, #123d1e); --good-text: light-dark(#0f4f22, #c4f0cf);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.4 system-ui, sans-serif; }
header { position: sticky; left: 0; max-width: 100vw; padding: 16px 16px 8px; }
h1 { margin: 0 0 4px; font-size: 22px; overflow-wrap: anywhere; }
p { margin: 4px 0; }
ul { margin: 4px 0; padding-left: 18px; }
li { overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
nav a { margin-right: 16px; }
.soft { color: var(--soft); }
.mark { display: inline-block; padding: 1px 6px; border-radius: 4px; white-space: nowrap; text-decoration: none; }
a.mark { text-decoration: underline; }
.bad { background: var(--bad); color: var(--bad-text); }
.open { background: var(--open); color: var(--open-text); }
.warn { background: var(--warn); color: var(--warn-text); }
.waived { background: var(--waived); color: var(--waived-text); }
.good { background: var(--good); color: var(--good-text); }
.none { color: var(--soft); }
.trend { margin-left: 8px; vertical-align: middle; color: var(--soft); }
.legend .mark { margin-right: 2px; }
.legend span + span { margin-left: 10px; }
.unseen { color: var(--soft); border: 1px dashed var(--soft); }
main { padding-bottom: 24px; }
h2 { margin: 16px 16px 6px; font-size: 16px; }
section > p, section > ul, main > p { margin-left: 16px; margin-right: 16px; }
.legend { margin: 4px 16px; font-size: 12px; }
.causes { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 8px; padding: 0 16px; position: sticky; left: 0; max-width: 100vw; }
.causes .causes { padding: 8px 0 0; }
.causes h2, .causes > p, .more { grid-column: 1 / -1; margin: 16px 0 0; }
article { padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px; overflow-wrap: anywhere; break-inside: avoid; }
article[hidden], tr[hidden] { display: none; }
article p { margin: 4px 0; font-size: 13px; }
h3 { margin: 0 0 4px; font-size: 14px; }
h3 .soft { font-weight: 400; }
.seen { font-weight: 600; }
.links a { margin-right: 14px; }
.topics { display: flex; flex-wrap: wrap; gap: 10px 18px; list-style: none; padding: 0; font-size: 12px; }
.visits { font-size: 12px; }
select { max-width: 220px; padding: 5px; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--soft); border-radius: 4px; }
form { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; margin: 8px 0 0; }
form[hidden] { display: none; }
label { display: flex; gap: 6px; align-items: center; white-space: nowrap; }
input[type=search] { width: min(320px, 100%); padding: 5px 8px; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--soft); border-radius: 4px; }
table { border-collapse: separate; border-spacing: 0; min-width: 100%; }
th, td { padding: 6px 5px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-size: 13px; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--head); white-space: nowrap; font-size: 12px; }
tbody th { position: sticky; left: 0; z-index: 1; background: var(--page); width: 150px; min-width: 150px; max-width: 220px; overflow-wrap: anywhere; }
thead th:first-child { left: 0; z-index: 3; padding-left: 16px; }
tbody th { padding-left: 16px; }
/* Seen for as long as its row is, however tall. */
tbody th span { position: sticky; top: 34px; }
.gate { width: 260px; min-width: 200px; max-width: 420px; }
.gate li { font-size: 12px; }
.topic { white-space: nowrap; }
.rest { display: block; font-size: 12px; color: var(--soft); }
summary { cursor: pointer; color: var(--link); }
dl { margin: 6px 0; }
dt { margin-top: 4px; font-weight: 600; overflow-wrap: anywhere; }
dd { margin: 0 0 0 12px; overflow-wrap: anywhere; font-size: 12px; }
@media (max-width: 760px) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody { display: block; }
  tr { display: block; padding: 8px 0; border-bottom: 2px solid var(--line); }
  tr[hidden] { display: none; }
  tbody th { position: static; display: block; width: auto; max-width: none; border: 0; font-size: 16px; }
  td { border: 0; padding: 2px 16px; }
  .gate { display: block; width: auto; max-width: none; }
  .topic { display: inline-block; vertical-align: top; padding: 4px 0 4px 16px; }
  .topic::before { content: attr(data-topic); display: block; font-size: 12px; color: var(--soft); }
  .topic.empty { display: none; }
}
@page { margin: 12mm; }
/* A column for each topic is too much for the narrow side of the paper. */
@page wide { size: landscape; }
@media print {
  :root { color-scheme: light; }
  form, nav { display: none; }
  * { position: static !important; }
  body { font-size: 11px; }
  .mark { border: 1px solid currentColor; }
  .causes { display: block; }
  article { margin: 6px 0; }
  th, td, thead th, .rest { font-size: 9px; padding: 2px 3px; }
  .targets { page: wide; }
  .rest { padding: 0; }
  .gate { min-width: 260px; }
  .gate li { font-size: 9px; }
  tbody th { min-width: 90px; width: 90px; padding-left: 0; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
}
`;

export const SCRIPT = `
const form = document.querySelector('form');
const rows = [...document.querySelectorAll('tbody tr')];
const cards = [...document.querySelectorAll('article')];
const texts = new Map();
const textOf = (part) => {
  if (!texts.has(part)) texts.set(part, part.textContent.toLowerCase());
  return texts.get(part);
};
const show = () => {
  const { search, topic, severity, rule, held } = form.elements;
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const says = (part) => words.every((word) => textOf(part).includes(word));
  const isMeant = (id, level) =>
    (!topic.value || id.startsWith(topic.value + '/')) && (!severity.value || level === severity.value) && (!rule.value || id === rule.value);
  const isFiltered = topic.value || severity.value || rule.value;
  const fails = (row) => row.dataset.fails.split(';').filter(Boolean).some((one) => {
    const end = one.lastIndexOf(' ');
    return isMeant(one.slice(0, end), one.slice(end + 1));
  });
  for (const row of rows)
    row.hidden = !((!held || !held.checked || row.dataset.held === 'yes') && (!isFiltered || fails(row)) && says(row));
  for (const card of cards) card.hidden = !(isMeant(card.dataset.rule, card.dataset.severity) && (rows.length > 0 || says(card)));
  if (isFiltered) for (const one of document.querySelectorAll('.more')) one.open = true;
  const all = rows.length > 0 ? rows : cards;
  form.querySelector('output').value = all.filter((one) => !one.hidden).length + ' of ' + all.length + ' shown';
};
form.hidden = false;
form.addEventListener('input', show);
form.addEventListener('submit', (event) => event.preventDefault());
addEventListener('beforeprint', () => {
  for (const one of document.querySelectorAll('details')) one.open = true;
});
show();
`;
