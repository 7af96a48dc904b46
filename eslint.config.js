// What the linter asks: typescript-eslint's strict set, the type-aware rules that catch real bugs, and Svelte's own.
// Style is prettier's business.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

/** Promises nobody waits for, switches that forget a case, conditions that cannot fail. */
const typeAware = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': [
    'error',
    { checksVoidReturn: { arguments: false, attributes: false } },
  ],
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/prefer-promise-reject-errors': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  '@typescript-eslint/no-unnecessary-type-assertion': 'error',
  '@typescript-eslint/no-deprecated': 'error',
  '@typescript-eslint/no-unsafe-argument': 'error',
  '@typescript-eslint/no-unsafe-assignment': 'error',
  '@typescript-eslint/no-unsafe-call': 'error',
  '@typescript-eslint/no-unsafe-member-access': 'error',
  '@typescript-eslint/no-unsafe-return': 'error',
};

/** The realms: each folder with the tsconfig that compiles it. */
const realms = [
  { files: ['src/core/**/*.ts'], project: 'src/core/tsconfig.json' },
  { files: ['src/shared/**/*.ts'], project: 'src/shared/tsconfig.json' },
  { files: ['workers/**/*.ts'], project: 'workers/tsconfig.json' },
  { files: ['server/**/*.{ts,js}'], project: 'server/tsconfig.json' },
  { files: ['tests/**/*.{ts,js}'], project: 'tests/tsconfig.json' },
];

export default defineConfig(
  {
    ignores: [
      'node_modules/',
      '.svelte-kit/',
      'build/',
      '.orator/',
      'static/',
      'tests/out/',
      'tests/bench/out/',
      'tests/soak/out/',
    ],
  },
  js.configs.recommended,
  ts.configs.strict,
  svelte.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // TypeScript knows better.
      'no-undef': 'off',
      // Dense numeric code reads typed arrays by computed index; the compiler already makes each of them explicit.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
      'no-constant-condition': ['error', { checkLoops: false }],
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
    },
  },
  ...realms.map(({ files, project }) => ({
    files,
    languageOptions: { parserOptions: { project, tsconfigRootDir: import.meta.dirname } },
    rules: typeAware,
  })),
  {
    // A declaration with a JSDoc type is how plain JavaScript says what JSON.parse gave.
    files: ['**/*.js'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser }, globals: globals.browser },
  },
  {
    rules: {
      // Every page here is addressed from the root.
      'svelte/no-navigation-without-resolve': 'off',
      // Managers keep plain Maps too, for what nothing on screen depends on.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
);
