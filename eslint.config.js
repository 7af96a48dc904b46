// What the linter asks of each file by itself: typescript-eslint's strict set and Svelte's own. What needs types (promises
// nobody waits for, switches that forget a case) is asked by oxlint, which is ten times as quick at it: .oxlintrc.json.
// Style is prettier's business.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

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
