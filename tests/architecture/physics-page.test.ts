// Goal: the table of physics that people read is the one the code carries.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { physicsPage } from '../../scripts/physics-table.ts';

test('docs/physics.md is what the docstrings say (npm run docs:physics writes it)', () => {
  expect(readFileSync('docs/physics.md', 'utf8')).toBe(physicsPage());
});

test('the table has a source and a golden test for every function', () => {
  const rows = physicsPage().split('\n').filter((line) => line.startsWith('| ') && line.includes('.ts)'));
  expect(rows.length).toBeGreaterThan(80);
  expect(rows.filter((row) => /\| +\|/.test(row))).toEqual([]);
});
