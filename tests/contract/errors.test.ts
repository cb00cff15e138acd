// Goal: an error is one sentence that ends once, whoever wrote its parts.
import { expect, test } from 'vitest';
import { describeError } from '../../src-contract/errors.ts';

test.each([
  [['a night is its evening date'], 'Input refused: a night is its evening date.'],
  [['say who you are.'], 'Input refused: say who you are.'],
  [['one thing', 'and another.'], 'Input refused: one thing; and another.'],
])('issues %j', (issues, told) => {
  expect(describeError({ type: 'InvalidInput', issues })).toBe(told);
});
