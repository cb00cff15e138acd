/** A file of the tree as the house rules read it. */
export interface TidyFile {
  readonly path: string;
  readonly text: string;
}

/** One rule: what it finds in one file, a line each; nothing where the file keeps it. */
export type TidyRule = (file: TidyFile) => readonly string[];

const PHYSICS = /^src-core\/(orbit|link|detection|distillation|bell)\//;
const TAGS = ['@units', '@shape', '@errors', '@validity', '@source', '@golden'];
const EXPORTED = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)?\r?\nexport (?:async )?function (\w+)/g;
const LINES_MAX = 300;
const COLUMNS_MAX = 140;

// Spelled in two halves, so that these rules do not find themselves.
const MARKS = new RegExp(
  [
    'TO' + 'DO',
    'FIX' + 'ME',
    '@ts-' + 'ignore',
    'eslint-' + 'disable',
    '\\bas ' + 'any[;,)\\]>]',
    '(?:test|it|describe)[.]' + '(?:only|todo)',
  ].join('|'),
);
const MACHINE = new RegExp(['/wo' + 'rk/', '/ro' + 'ot/', '/ho' + 'me/\\w+/'].join('|'));

const carriesTags: TidyRule = ({ path, text }) =>
  !PHYSICS.test(path)
    ? []
    : [...text.matchAll(EXPORTED)].flatMap(([, doc, name]) =>
        TAGS.filter((tag) => doc?.includes(tag) !== true).map((tag) => `${name ?? ''} lacks ${tag}`),
      );

const isShort: TidyRule = ({ text }) => {
  const lines = text.split('\n');
  return [
    ...(lines.length > LINES_MAX + 1 ? [`${lines.length} lines`] : []),
    ...lines.flatMap((line, i) => (line.length > COLUMNS_MAX ? [`line ${i + 1}: ${line.length} columns`] : [])),
  ];
};

const saysItsGoal: TidyRule = ({ path, text }) =>
  path.endsWith('.test.ts') && !text.startsWith('// Goal: ') ? ['does not open with its goal'] : [];

const leavesNoMark: TidyRule = ({ text }) => (MARKS.test(text) ? [`holds ${MARKS.exec(text)?.[0] ?? ''}`] : []);

const isNamedWell: TidyRule = ({ path }) => {
  const base = path.split('/').at(-1)!;
  const form = base.endsWith('.svelte') ? /^[A-Z]\w+\.svelte$/ : /^[a-z0-9]+(?:[-.][a-z0-9]+)*\.(?:ts|js)$/;
  const room = /(^|[/-])(utils?|helpers?|manager|misc|common)([/.-]|$)/.test(path);
  return [...(form.test(base) ? [] : [`${base} is not kebab-case or PascalCase`]), ...(room ? ['is called utils'] : [])];
};

const namesNoMachine: TidyRule = ({ text }) => (MACHINE.test(text) ? [`holds ${MACHINE.exec(text)?.[0] ?? ''}`] : []);

/** Rules for source files, by name. */
export const TIDY_RULES: Readonly<Record<string, TidyRule>> = {
  'every exported physics function carries the six tags': carriesTags,
  'no file is longer than 300 lines and no line than 140 columns': isShort,
  'every test file opens with its goal': saysItsGoal,
  'no work is left as a note and no rule is switched off in passing': leavesNoMark,
  'file names are kebab-case, components PascalCase, and no room is called utils': isNamedWell,
  'no path of one machine': namesNoMachine,
};
