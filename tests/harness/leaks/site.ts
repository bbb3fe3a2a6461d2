import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { BASE_CODE } from '../../../fixtures/shop/base-code.ts';
import { IDENTITY, KEYS, SECRETS, STRANGER } from './canaries.ts';

/** A shop that leaks its customers' data wherever a site can: every field that a visit records contains a canary. */
const API = 'https://business-api.tiktok.com/open_api/v1.3/event/track/';
const { email, phone, externalId, firstName, lastName } = IDENTITY;
const { token, bearer, session, cookie, stored, password, login } = SECRETS;

const b64 = (text: string) => Buffer.from(text).toString('base64');
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const entity = (text: string) => [...text].map((char) => `&#${char.codePointAt(0)};`).join('');
const escaped = (text: string) =>
  [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const twice = (text: string) => encodeURIComponent(encodeURIComponent(text));
const jwt = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify({ sub: STRANGER.email })).toString('base64url')}.c2lnbmF0dXJlLW9mLWl0`;

/** Each as programs and people write it. */
const WRITTEN_KEYS = [
  KEYS.stripe,
  KEYS.github,
  KEYS.aws,
  KEYS.slack,
  KEYS.webhook,
  KEYS.gitlab,
  KEYS.npm,
  KEYS.sendgrid,
  KEYS.shopify,
  KEYS.openai,
  KEYS.anthropic,
  KEYS.google,
  KEYS['google, of a client'],
  KEYS.huggingface,
  KEYS.vault,
  `Basic ${KEYS.basic}`,
  `Bearer ${KEYS.bearer}`,
  `${KEYS.unsigned}.`,
  KEYS.encrypted,
  `-----BEGIN ${'PRIVATE'} KEY-----\n${KEYS.pem}\n-----END ${'PRIVATE'} KEY-----`,
  KEYS.iban,
  KEYS.iban.replace(/.{4}(?=.)/g, '$& '),
  KEYS.card,
  KEYS.card.replace(/.{4}(?=.)/g, '$& '),
  KEYS.card.replace(/.{4}(?=.)/g, '$&-'),
  `token: ${KEYS.line}`,
  `x-access-token: ${KEYS.header}`,
  `/reset?reset_token=${KEYS.reset}`,
  `pan=${KEYS.pan}`,
  'marionette%2Edoe%40x.example',
];

/** Texts that are recognisable on their own, wherever they are. */
const TELLING = [
  email,
  email.toUpperCase(),
  ` ${email} `,
  `<${email}>`,
  encodeURIComponent(email),
  twice(email),
  email.replace('@', '&#64;'),
  entity(email),
  email.replace('@', '\\u0040'),
  escaped(email),
  email.replace('@', '=40'),
  b64(email),
  b64(`x${email}`),
  b64(`xx${email.toLowerCase()}`),
  Buffer.from(JSON.stringify({ email })).toString('base64url'),
  Buffer.from(email).toString('hex'),
  md5(email.toLowerCase()),
  createHash('sha1').update(email.toLowerCase()).digest('hex'),
  phone,
  phone.slice(1),
  '+49 (151) 98 76-54 32',
  '0151 98765432',
  encodeURIComponent(phone),
  b64(phone),
  md5(phone),
  externalId,
  externalId.toUpperCase(),
  b64(externalId),
  `Dear ${firstName} ${lastName},`,
  lastName.toUpperCase(),
  token,
  b64(`token:${token}`),
  `Bearer ${bearer}`,
  jwt,
  session,
  password,
  STRANGER.email,
  STRANGER.email.toUpperCase(),
  encodeURIComponent(STRANGER.email),
  twice(STRANGER.email),
  STRANGER.email.replace('@', '&#64;'),
  STRANGER.email.replace('@', '\\u0040'),
  b64(JSON.stringify({ user: STRANGER.email })),
  `mailto:${STRANGER.email}?subject=hello`,
  STRANGER.phone,
  '+33 6 98 76 54 32',
  '+33-6-98-76-54-32',
  `tel:${STRANGER.phone.slice(1)}`,
  encodeURIComponent('+33 698765432'),
  b64(`call ${STRANGER.phone}`),
  `https://clerk:${login}@www.leaky.example/`,
  `https%3A%2F%2Fclerk%3A${login}%40www.leaky.example%2F`,
  ...WRITTEN_KEYS,
];

/** What the mask of a log can know: only the visit learns which word is the session. */
const LOGGED = TELLING.filter((text) => text !== session);

/** What is recognisable only by the name of its field. */
const FIELDS: Record<string, unknown> = {
  first_name: STRANGER.name,
  lastName: STRANGER.surname,
  full_name: `${STRANGER.name} ${STRANGER.surname}`,
  address: STRANGER.street,
  billingAddress: { street: STRANGER.street, city: STRANGER.city, zip: STRANGER.zip },
  'shipping-address-line1': STRANGER.street,
  city: STRANGER.city,
  postalCode: STRANGER.zip,
  customer: { FirstName: STRANGER.name, phone: '0698765432', mobile: 33698765432 },
  user: { name: { first_name: STRANGER.name }, emails: [STRANGER.email], password },
  card_number: STRANGER.card,
  access_token: token,
  apiKey: bearer,
};

const FORM = new URLSearchParams({
  first_name: STRANGER.name,
  'customer[last_name]': STRANGER.surname,
  'billing.address.street': STRANGER.street,
  zipCode: STRANGER.zip,
  city: STRANGER.city,
  email: STRANGER.email,
  tel: '0698765432',
  cardNumber: STRANGER.card,
  pwd: password,
  api_key: bearer,
  access_token: token,
}).toString();

const EVERYTHING = {
  ...FIELDS,
  list: TELLING,
  nested: { deeper: [{ deepest: TELLING }] },
  keys: Object.fromEntries(TELLING.map((text, index) => [text, index])),
  form: FORM,
  json: JSON.stringify(FIELDS),
  jsonInJson: JSON.stringify({ json: JSON.stringify(FIELDS) }),
  header: `POST /login HTTP/1.1\r\nAuthorization: Bearer ${bearer}\r\nCookie: sid=${session}\r\n\r\n${FORM}`,
};

const json = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');
const html = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function page(title: string, script: string, body = ''): string {
  return `<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">
<title>${html(title)}</title>
<meta name="description" content="${html(TELLING.join(' '))}">
<meta property="og:title" content="${html(email)}">
${BASE_CODE.replace('  ttq.page();', `  var user = ${json({ email, first_name: STRANGER.name, address: STRANGER.street, password })};\n  ttq.page(${json({ email })});`)}
</head><body>${body}<script>
const everything = ${json(EVERYTHING)};
const telling = everything.list;
${script}
</script></body></html>`;
}

const TRACKING = `
for (const text of telling) ttq.track('Event ' + text, { note: text }, { event_id: 'id ' + text });
ttq.track('ViewContent', { ...everything, content_id: 'sku-1' }, { event_id: 'view-1', ...everything });
ttq.identify({ email: ${json(email)}, phone_number: ${json(phone)}, external_id: ${json(externalId)} });
ttq.identify({ email: ${json(` ${email.toUpperCase()} `)}, phone_number: '0698765432', ...everything });
ttq.identify({ email: ${json(md5(email))}, sha256_email: ${json(STRANGER.email)} });
ttq.instance(${json(email)}).track('AddToCart', everything);
ttq.page(everything);`;

const NOISE = `
document.cookie = 'basket=${cookie}'; document.cookie = 'name_' + ${json(externalId)} + '=1';
document.cookie = '_ttp=' + encodeURIComponent(${json(STRANGER.email)});
localStorage.setItem('kept', ${json(stored)}); sessionStorage.setItem(${json(email)}, ${json(STRANGER.name)});
window.name = telling.join(' ');
for (const type of ['log', 'info', 'warn', 'error', 'debug', 'table', 'dir', 'trace', 'assert'])
  for (const what of [telling.join(' | '), everything, { user: { first_name: ${json(STRANGER.name)}, city: ${json(STRANGER.city)} } }, ${json(FORM)}])
    type === 'assert' ? console.assert(false, what) : console[type](what);
console.error({ first_name: ${json(STRANGER.name)}, street: ${json(STRANGER.street)} }, 'first_name: ${STRANGER.name}, zip: ${STRANGER.zip}');
console.error('%s wrote %o', ${json(email)}, { lastName: ${json(STRANGER.surname)} });
console.warn(new Error(telling.join(' ')));
for (const text of telling) setTimeout(() => { throw new Error('no account for ' + text); });
Promise.reject(new Error('password ' + ${json(password)} + ' is wrong; {"first_name":"${STRANGER.name}","address":"${STRANGER.street}"}'));
Promise.reject(everything);
setTimeout(eval, 0, 'throw new Error("from " + location) //# sourceURL=http://www.leaky.example/' + encodeURIComponent(${json(email)}) + '.js');
const called = document.createElement('script');
called.textContent = 'ttq.track("Search", { query: "' + ${json(email)} + '" });\\n//# sourceURL=/scripts/' + ${json(externalId)} + '.js';
document.body.append(called);
alert(telling.join(' ')); confirm(${json(email)}); prompt(${json(email)}, ${json(password)});
new Worker(URL.createObjectURL(new Blob(['console.error(' + JSON.stringify(telling.join(' ')) + '); throw new Error(' + JSON.stringify(${json(email)}) + ')'])), { name: ${json(email)} });
navigator.serviceWorker?.register('/sw.js?' + ${json(FORM)}).catch((error) => console.error(error));
const frames = ['/frame/${externalId}?${FORM}', 'data:text/html;base64,' + btoa('<title>' + ${json(email)} + '</title>'), URL.createObjectURL(new Blob(['<p>' + ${json(email)}], { type: 'text/html' }))];
for (const src of frames) document.body.append(Object.assign(document.createElement('iframe'), { src, name: ${json(email)} }));
postMessage(everything, '*'); addEventListener('message', ({ data }) => console.error(data));
for (const text of telling) new Image().src = 'https://analytics.tiktok.com/api/v2/pixel?note=' + encodeURIComponent(text) + '&' + ${json(FORM)};
navigator.sendBeacon('https://analytics.tiktok.com/api/v2/pixel', ${json(FORM)});
navigator.sendBeacon('https://analytics.tiktok.com/api/v2/pixel', JSON.stringify({ event: 'X', context: { user: everything }, properties: everything }));
fetch('https://business-api.tiktok.com/open_api/v1.3/event/track/?access_token=${token}', { method: 'POST', headers: { 'Access-Token': '${token}', 'Content-Type': 'application/json', 'X-Api-Key': '${bearer}' }, body: JSON.stringify({ ...everything, access_token: '${token}' }) }).catch(() => {});
history.pushState({}, '', '/route/${firstName};jsessionid=${encodeURIComponent(session)};owner=${encodeURIComponent(email)}?${FORM}&sid=${encodeURIComponent(session)}&data=' + encodeURIComponent(telling[17]) + '#' + ${json(FORM)});`;

/** The only parts that a journey of the target looks for. */
const FORM_PAGE = `<div role="dialog">Dear ${html(email)}, we use cookies</div>
<a id="download" href="/invoice" download="${html(email)}.pdf">invoice</a>
<form method="post" action="/orders?${FORM}&amp;for=${encodeURIComponent(email)}">
<input id="email" name="email" type="email"><input id="phone" name="phone" type="tel">
<input id="first" name="first_name"><input id="last" name="customer[lastName]">
<input id="password" name="pass" type="password"><input id="secret" name="q" type="password" aria-label="Kennwort">
<input id="street" name="street"><input id="card" name="cc" autocomplete="cc-number">
<button name="${html(email)}" value="${html(phone)}">Order for ${html(firstName)} (${html(email)})</button></form>
<p>Call <a href="tel:${html(phone)}">${html(phone)}</a>, ${html(TELLING.join(' '))}</p>`;

async function sendEvents(request: IncomingMessage): Promise<void> {
  const event = {
    event: 'Purchase',
    event_time: Math.floor(Date.now() / 1000),
    event_id: `order of ${email}`,
    user: {
      email,
      phone,
      external_id: externalId,
      first_name: STRANGER.name,
      zip_code: STRANGER.zip,
      user_agent: request.headers['user-agent'],
      ...EVERYTHING,
    },
    context: {
      user: EVERYTHING,
      ip: '198.51.100.77',
      page: { url: `https://a:${login}@x.example/?${FORM}` },
    },
    page: { url: `https://www.leaky.example/?${FORM}`, referrer: `https://www.leaky.example/${email}` },
    properties: EVERYTHING,
    ...EVERYTHING,
  };
  const headers = {
    'Access-Token': token,
    'Content-Type': 'application/json',
    Authorization: `Bearer ${bearer}`,
    Cookie: `sid=${session}`,
    'X-Api-Key': bearer,
    'X-Customer': `${STRANGER.name} ${STRANGER.surname}`,
    'X-Session': session,
  };
  const body = { event_source: 'web', event_source_id: 'CDEMO000000000000001', data: [event], ...EVERYTHING };
  const calls: [string, string][] = [
    [API, JSON.stringify(body)],
    [`${API}?access_token=${token}&${FORM}`, FORM],
    [
      API.replace('v1.3/event', 'v1.2/pixel'),
      JSON.stringify({ ...event, pixel_code: email, access_token: token }),
    ],
    [`${API}${email}/${encodeURIComponent(STRANGER.email)}`, `not json: ${JSON.stringify(FIELDS)}`],
  ];
  for (const [url, content] of calls) {
    const response = await fetch(url, { method: 'POST', headers, body: content });
    console.log('the Events API said', await response.text(), LOGGED, FIELDS);
    const { 'X-Customer': _name, 'X-Session': _session, ...told } = headers;
    console.error('sent', content.replaceAll(session, ''), content === FORM ? told : EVERYTHING.jsonInJson);
  }
}

createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://site');
  console.log(request.method, request.url, request.headers);
  response.setHeader('Set-Cookie', [
    `sid=${session}; HttpOnly; Path=/`,
    `remember=${encodeURIComponent(email)}; Path=/; Max-Age=3600`,
    `${externalId}=${STRANGER.name}; Path=/`,
    `token=${jwt}; HttpOnly; Path=/; SameSite=Strict`,
  ]);
  response.setHeader('X-Customer', encodeURIComponent(email));
  response.setHeader('Cache-Control', 'no-store');
  if (pathname === '/healthz') return void response.end('ok');
  if (pathname === '/sw.js')
    return void answer(
      response,
      'text/javascript',
      `console.error(${json(TELLING.join(' '))}); self.name = 1;`,
    );
  if (pathname === '/invoice') {
    response.setHeader('Content-Disposition', `attachment; filename="${email}.pdf"`);
    return void answer(response, 'application/pdf', email);
  }
  if (pathname === '/') {
    const location = `http://clerk:${login}@${request.headers.host}/shop/${firstName};jsessionid=${session};of=${encodeURIComponent(email)}?${FORM}&e=${email}&next=${twice(email)}&auth=${bearer}&token=${bearer}#access_token=${token}&id=${STRANGER.email}`;
    return void response.writeHead(302, { Location: location }).end();
  }
  if (request.method === 'POST' && pathname === '/orders') {
    // A copy of the run's folder while the run lasts, to be searched afterwards.
    cpSync(join(process.env.TTQ_LOGS ?? '', '@run'), 'run-file-while-it-lasts');
    await sendEvents(request).catch(console.error);
    return void response
      .writeHead(303, { Location: `/thanks/${encodeURIComponent(STRANGER.email)}?${FORM}&of=${b64(email)}` })
      .end();
  }
  if (pathname.startsWith('/frame'))
    return void answer(response, 'text/html', page(email, `ttq.track('Lead', everything)`));
  if (pathname.startsWith('/thanks'))
    return void answer(response, 'text/html', page(TELLING.join(' '), TRACKING, '<h1>Thank you</h1>'));
  if (pathname.startsWith('/gone'))
    return void response
      .writeHead(500, { 'Content-Type': 'text/html' })
      .end(page(email, `throw new Error(telling.join(' '))`));
  answer(response, 'text/html', page(`${firstName} ${email}`, `${TRACKING}${NOISE}`, FORM_PAGE));
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.error('The shop is up', LOGGED, FIELDS));

function answer(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(body);
}
