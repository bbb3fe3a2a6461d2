import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { strToU8, zipSync } from 'fflate';
import { test } from '../test.ts';
import { type Canary, leaksIn, leaksInFolder } from './search.ts';

/** A search is only as good as what it finds: each way in which a canary may hide is planted once. */
const EMAIL: Canary = { name: 'e-mail', text: 'Hortensia.Gruber+vip@other-mail.example' };
const PHONE: Canary = { name: 'phone', text: '+33698765432', countryCode: '33' };
const STREET: Canary = { name: 'street', text: '17 Rue des Acacias' };
const ALL = [EMAIL, PHONE, STREET];

const b64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest();
const entities = (text: string) => [...text].map((char) => `&#${char.codePointAt(0)};`).join('');
const escapes = (text: string) =>
  [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const printable = (text: string) =>
  `=${Buffer.from(text).toString('hex').match(/../g)!.join('=')}`.toUpperCase();
const { text } = EMAIL;

const PLANTED: [string, Canary, string | Uint8Array][] = [
  ['as it is', EMAIL, `<p>${text}</p>`],
  ['in another case', EMAIL, text.toUpperCase()],
  ['URL-encoded', EMAIL, `?e=${encodeURIComponent(text)}`],
  ['URL-encoded twice', EMAIL, `?e=${encodeURIComponent(encodeURIComponent(text))}`],
  ['a form with + for a blank', STREET, 'street=17+Rue+des+Acacias'],
  ['a form with %20 for a blank', STREET, 'street=17%20Rue%20des%20Acacias'],
  ['HTML entities', EMAIL, text.replace('@', '&#64;').replace('.', '&period;')],
  ['HTML entities throughout', EMAIL, entities(text)],
  ['JSON escapes', EMAIL, JSON.stringify({ text }).replace('@', '\\u0040')],
  ['JSON escapes throughout', EMAIL, `{"a":"${escapes(text)}"}`],
  ['escapes in JSON in JSON', EMAIL, JSON.stringify(`{"a":"${escapes(text)}"}`)],
  ['quoted-printable', EMAIL, text.replace('@', '=40').replace('other', 'ot=\r\nher')],
  ['quoted-printable throughout', EMAIL, printable(text)],
  ['Base64', EMAIL, b64(text)],
  ['Base64, one letter before it', EMAIL, b64(`x${text}yy`)],
  ['Base64, two letters before it', EMAIL, b64(`xx${text}y`)],
  ['Base64 behind another word', EMAIL, `abc/x${b64(text)}`],
  ['Base64url', EMAIL, Buffer.from(`>>>???${text}`).toString('base64url')],
  ['Base64 of Base64', EMAIL, b64(b64(text))],
  ['hexadecimal', EMAIL, `id=f${Buffer.from(text).toString('hex')}`],
  ['UTF-16', EMAIL, Buffer.from(text, 'utf16le')],
  ['UTF-16, the other way round', EMAIL, Buffer.from(text, 'utf16le').swap16()],
  ['UTF-16 in Base64', EMAIL, `x ${b64(Buffer.from(text, 'utf16le'))}`],
  ['reversed', EMAIL, [...text].toReversed().join('')],
  ['MD5', EMAIL, hash('md5', text.toLowerCase()).toString('hex').toUpperCase()],
  ['MD5 in Base64', EMAIL, `x ${hash('md5', text).toString('base64')}`],
  ['SHA-1', EMAIL, hash('sha1', text).toString('hex')],
  ['a data: URL', EMAIL, `<img src="data:text/plain;base64,${b64(`Dear ${text}`)}">`],
  ['gzip', EMAIL, gzipSync(text)],
  ['deflate', EMAIL, deflateSync(text)],
  ['brotli', EMAIL, brotliCompressSync(`a page about ${text} with some words around it`)],
  ['a zip', EMAIL, zipSync({ 'a.txt': strToU8(text) })],
  ['a name in a zip', EMAIL, zipSync({ [`${text}.txt`]: strToU8('') })],
  ['a zip in a zip', EMAIL, zipSync({ 'b.zip': zipSync({ 'a.txt': strToU8(text) }) })],
  [
    'a zip in Base64 in a page',
    EMAIL,
    `<script>load("a","data:application/zip;base64,${b64(zipSync({ 'a.json': strToU8(JSON.stringify({ text })) }))}")</script>`,
  ],
  [
    'brotli in Base64 in JSON',
    EMAIL,
    JSON.stringify({ a: b64(brotliCompressSync(`the page ${text} and more of it`)) }),
  ],
  ['a phone number with separators', PHONE, 'Call +33 (6) 98-76.54 32'],
  ['a phone number without its plus', PHONE, '33698765432'],
  ['a phone number without its country code', PHONE, '0698765432'],
  ['a phone number, encoded', PHONE, '?p=%2B33%206%2098'.concat('%20765432')],
  ['a phone number as MD5', PHONE, hash('md5', PHONE.text.slice(1)).toString('hex')],
];

for (const [name, { name: canary }, content] of PLANTED) {
  test(`the search finds a canary: ${name}`, () => {
    expect(leaksIn('file', Buffer.from(content), ALL).map((leak) => leak.canary)).toContain(canary);
  });
}

/** What must not be taken for a leak. */
const HARMLESS: [string, string][] = [
  ['its SHA-256', hash('sha256', text.toLowerCase()).toString('hex')],
  ['its shape', 'Aaaaaaaaa.Aaaaaa+aaa@aaaaa-aaaa.aaaaaaa'],
  ['the domain', 'mailto:shop@other-mail.example'],
  ['another number', '+33698765433 336987654 Rue des Acacias 17'],
  ['noise in Base64', b64(Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 251)))],
];

for (const [name, content] of HARMLESS) {
  test(`the search is silent: ${name}`, () => {
    expect(leaksIn('file', Buffer.from(content), ALL)).toEqual([]);
  });
}

test('a leak is reported with its place, even in a file name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ttq-search-'));
  await writeFile(join(folder, 'report.html'), `<b>${b64(zipSync({ 'a.txt': strToU8(`to ${text}.`) }))}`);
  await writeFile(join(folder, 'call-0698765432.txt'), 'nothing');
  const leaks = leaksInFolder(folder, ALL);
  expect(leaks).toContainEqual({
    canary: 'e-mail',
    how: 'in clear',
    where: 'report.html > base64 > zip a.txt',
    around: `to ${text.toLowerCase()}.`,
  });
  expect(leaks.map(({ where }) => where)).toContain('the name call-0698765432.txt');
  await rm(folder, { recursive: true });
});
