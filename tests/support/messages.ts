import { expect } from 'vitest';

// Matchers for the sentences of errors, typed as the string they stand for.
export const containing = (text: string) => expect.stringContaining(text) as string;
export const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;
