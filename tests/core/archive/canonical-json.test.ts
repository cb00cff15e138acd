// Goal: one value has one text, whatever the order its keys were written in.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Plain } from '../../../src-core/archive/canonical-json.ts';

test('keys are sorted at every depth, nothing is spaced, and lists keep their order', () => {
  expect(canonicalJson({ b: [2, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[2,{"c":"x","d":null}]}');
});

test('property: the text reads back as the value and does not depend on key order', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
    const plain = { ...value } as Plain;
    const turned = Object.fromEntries(Object.entries(value).reverse()) as Plain;
    expect(canonicalJson(turned)).toBe(canonicalJson(plain));
    expect(JSON.parse(canonicalJson(plain))).toEqual(JSON.parse(JSON.stringify(plain)));
  }));
});

test('a number JSON cannot say is a programmer error', () => {
  expect(() => canonicalJson({ a: Number.NaN })).toThrow('without JSON form');
});
