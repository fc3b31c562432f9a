import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/node_modules/',
    'src/generated/',
    'src/portal/app/**/*.generated.ts',
    'examples/**/*.generated.ts',
    'data/',
    'test/bench/portkey/',
    'test/eval/peers/',
    'training/sources/',
  ]),
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 450, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  // Texts come from anyone, and have megabytes: an expression that takes quadratic time over one stops the event loop.
  {
    files: ['src/**/*.ts', 'src/**/*.tsx', 'verifier/src/**/*.ts', 'verifier/page/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': 'error',
      'regexp/no-super-linear-move': ['error', { ignoreSticky: true }],
    },
  },
  // The verifier's page runs in a browser, whose types the rest of the code does not know.
  {
    files: ['verifier/page/**/*.ts'],
    languageOptions: { parserOptions: { project: './verifier/page/tsconfig.json' } },
  },
  {
    files: ['src/portal/app/**/*.ts', 'src/portal/app/**/*.tsx'],
    languageOptions: { parserOptions: { project: './src/portal/app/tsconfig.json' } },
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name="mutate"][arguments.length>1]',
          message:
            'TanStack drops callbacks of `mutate` when the component goes first. Give them to useAct or useMutation.',
        },
      ],
    },
  },
  // Runs in a browser before the application.
  {
    files: ['src/portal/app/public/*.js'],
    languageOptions: { globals: { localStorage: 'readonly', document: 'readonly' } },
  },
  // Prettier puts one entry on a line, so tables of test cases are long.
  { files: ['test/**'], rules: { 'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }] } },
  // A function has at most 50 lines in these folders. The files in `ignores` each have one longer loop, closure or table.
  {
    files: [
      'src/{accounts,agents,audit,audit-log,cli,completeness,custody,detection,events,graphql,http}/**/*.ts',
      'src/{json,masking,metrics,pages,platform,policy,proxy,reports,rest,sessions,subscriptions}/**/*.ts',
      'src/{synthesis,tokens,tracing,usage,voice,webhooks}/**/*.ts',
      'src/portal/**/*.{ts,tsx}',
      'verifier/src/**/*.ts',
    ],
    ignores: [
      'src/detection/context/conversation.ts',
      'src/detection/spoken/joints.ts',
      'src/detection/tagger/features.ts',
      'src/json/json-rewrite.ts',
      'src/masking/rehydration/altered-token.ts',
    ],
    rules: { 'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }] },
  },
  // A command line and a benchmark speak on the console; nothing else does.
  {
    files: [
      'src/cli/**',
      'verifier/src/cli.ts',
      'test/bench/**',
      'test/soak/**',
      'test/eval/**',
      'test/cases/run.ts',
      'training/**',
      'tools/**',
      'examples/**',
    ],
    rules: { 'no-console': 'off' },
  },
  // Scripts that run under bare node.
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        globalThis: 'readonly',
        URL: 'readonly',
        WebAssembly: 'readonly',
        module: 'readonly',
        setTimeout: 'readonly',
        queueMicrotask: 'readonly',
      },
    },
  },
);
