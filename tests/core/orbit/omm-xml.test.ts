// Goal: an OMM in XML is read as others read it, and what is not one is refused with its line.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseElements } from '../../../src-core/orbit/elements.ts';
import { splitOmmXml } from '../../../src-core/orbit/omm-xml.ts';
import { goldenElements } from '../../support/golden-orbit.ts';

const golden = (name: string) => readFileSync(new URL(`../../golden/python-sgp4/${name}`, import.meta.url), 'utf8');
const XML = golden('omm.xml');

test('authority: read as python-sgp4 reads it, field for field', () => {
  const seen = JSON.parse(golden('omm.read.json')) as Record<string, string>[];
  const records = splitOmmXml(XML, 'omm.xml');
  expect(records).toMatchObject({ ok: true, value: seen });
  if (records.ok) expect(records.value[0]).toMatchObject({ ORIGINATOR: 'TEST' });
});

test('the same orbit as the TLE of the same set; a nine-digit number stays a string', () => {
  const parsed = parseElements(XML, 'omm.xml');
  const orbit = { ...goldenElements(), line1: null, line2: null, format: 'omm' };
  expect(parsed).toMatchObject({ ok: true, value: [orbit, { catalog_number: '799500001', name: 'R&D 墨子 <2>' }] });
  expect(parseElements(`\ufeff${XML.replaceAll('\n', '\r\n')}`, 'omm.xml')).toEqual(parsed);
});

const at = (text: string) => XML.split('\n').findIndex((line) => line.includes(text)) + 1;
test.each([
  ['a unit of its own', XML.replace('units="deg">97', 'units="rad">97'), at('97.3609'), 'in rad, expected deg'],
  ['a document type', XML.replace('<ndm', '<!DOCTYPE ndm [<!ENTITY a "b">]>\n<ndm'), 3, 'document types'],
  ['an entity of its own', XML.replace('&amp;D', '&rd;'), at('R&amp;D'), 'entity'],
  ['a field given twice', XML.replace('<MEAN_ANOMALY>64', '<BSTAR>1</BSTAR><MEAN_ANOMALY>64'), at('>.22724E-4<'), 'BSTAR is given twice'],
  ['a tag that closes another', XML.replace('</meanElements>', '</meanelements>'), at('</meanElements>'), '<meanElements> is open'],
  ['an end too early', XML.slice(0, XML.indexOf('</ndm>')), XML.split('\n').length - 1, '<ndm> is open'],
  ['a comment without end', XML.replace('-->', '--'), 2, 'never closed'],
  ['another message', XML.replace('<MESSAGE_ID>', '<opm></opm><MESSAGE_ID>'), 4, '<opm> is not an OMM'],
  ['a web page', '<html><body>502 Bad gateway</body></html>', 1, '<html> is not an OMM'],
  ['text between elements', XML.replace('</metadata>', 'x</metadata>'), at('<metadata>'), 'text beside'],
  ['a second document', `${XML}<omm></omm>`, XML.split('\n').length, 'has ended'],
  ['an attribute without quotes', XML.replace('units="deg"', 'units=deg'), at('97.3609'), 'not an attribute'],
])('failure: %s is refused with its line', (...[, text, line, reason]) => {
  expect(splitOmmXml(text, 'omm.xml')).toEqual({ ok: false, error: { type: 'MalformedText',
    where: `omm.xml line ${line}`, reason: expect.stringContaining(reason) as string } });
});

test('names that JavaScript knows are fields like others', () => {
  expect(splitOmmXml('<omm><constructor units="m">1</constructor></omm>', 'x.xml')).toMatchObject({ ok: true });
});

test('failure: an empty file of messages holds no elements, and nesting has an end', () => {
  expect(parseElements('<ndm></ndm>', 'omm.xml')).toMatchObject({ ok: false, error: { type: 'NoElements' } });
  expect(splitOmmXml(`<omm>${'<a>'.repeat(2e5)}`, 'deep.xml')).toMatchObject({ ok: false });
});

test('property: text with a piece cut out or put in is read or refused, never a crash', () => {
  fc.assert(fc.property(fc.nat(XML.length), fc.nat(40), fc.string({ maxLength: 6 }), (from, length, put) => {
    const parsed = parseElements(XML.slice(0, from) + put + XML.slice(from + length), 'omm.xml');
    if (!parsed.ok) expect(JSON.stringify(parsed.error)).toContain('omm.xml');
  }), { numRuns: 400 });
});
