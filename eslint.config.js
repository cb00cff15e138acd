// Rules that need the syntax tree; layers are dependency-cruiser's job, prose rules are tidy.test.ts.
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const impure = (name, instead) => ({ name, message: `Impure in src-core: ${instead}` });
const strings = { allowNumber: true, allowBoolean: true };

export default ts.config(
  { ignores: ['node_modules/', 'out/', 'dist/', 'tests/architecture/plants/', '.tmp/'] },
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './tsconfig.renderer.json'], extraFileExtensions: ['.svelte'] },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3], // From the fourth on, name them: take one readonly object.
      complexity: ['error', 12],
      'no-console': 'error', // The command line writes through its own output module.
      '@typescript-eslint/restrict-template-expressions': ['error', strings],
      '@typescript-eslint/restrict-plus-operands': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off', // Bounds are asserted; see STYLE on hot loops.
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/naming-convention': ['error',
        { selector: 'typeLike', format: ['PascalCase'] },
        { selector: 'function', format: ['camelCase'] }],
    },
  },
  {
    files: ['src-core/**'],
    rules: {
      'no-restricted-globals': ['error', impure('Date', 'take utc_ms (Date.UTC and parsing live in utc.ts)'),
        impure('console', 'return a value'), impure('setTimeout', 'take a step count'),
        impure('crypto', 'take a random source'), impure('performance', 'measure in a service')],
      'no-restricted-properties': ['error',
        { object: 'Math', property: 'random', message: 'take a random source' }],
    },
  },
  // utc.ts turns calendar text into milliseconds with Date.UTC: arithmetic, never the clock.
  { files: ['src-core/utc.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['src-renderer/**'], rules: { 'svelte/no-at-html-tags': 'error' } },
  {
    // The workstation's own time zone changes no number and no word.
    files: ['src-*/**'],
    rules: {
      'no-restricted-syntax': ['error', {
        selector: 'MemberExpression[property.name=/^(getHours|getDate|getDay|getMonth|getFullYear|getMinutes|getTimezoneOffset'
          + '|setHours|setDate|setMonth|setFullYear|setMinutes|toLocaleDateString|toLocaleTimeString)$/]',
        message: 'Local time of the workstation: use UTC, or the offset the mission names',
      }, {
        selector: "NewExpression[callee.name='Date'][arguments.length>1]",
        message: 'Local time of the workstation: use Date.UTC',
      }],
    },
  },
  { files: ['tests/**', 'bench/**'], rules: { 'max-lines-per-function': 'off' } },
  // Configuration and entry scripts are outside the projects: no types to check them with.
  { files: ['**/*.js', '**/*.cjs', '*.config.ts'], ...ts.configs.disableTypeChecked },
  { files: ['.dependency-cruiser.cjs'], rules: { 'max-params': 'off' } }, // A rule reads as one line.
);
