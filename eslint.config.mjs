import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Folders that run without the editor: the same code serves the command line and the tests. */
const withoutEditor = [
  'host',
  'contracts',
  'toolchains',
  'project',
  'recording',
  'replay',
  'values',
  'wit',
  'inputs',
  'export',
  'library',
  'scaffold',
  'cli',
];

export default tseslint.config(
  { ignores: ['dist/**', 'templates/**', 'test/fixtures/**', '.cache/**', 'tools/**/node_modules/**'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './webview/tsconfig.json', './test/webview/page/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // A WASI resource that offers nothing is a class without members.
      '@typescript-eslint/no-extraneous-class': ['error', { allowEmpty: true }],
    },
  },
  {
    files: withoutEditor.map((folder) => `extension/${folder}/**`),
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: ['vscode'], patterns: ['**/editor/**', '**/webview/*/**'] },
      ],
    },
  },
  {
    files: ['extension/{host,recording,replay}/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: ['vscode'], patterns: ['**/editor/**', '**/cli/**', '**/contracts/**', '**/toolchains/**'] },
      ],
    },
  },
  {
    files: ['extension/values/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: ['vscode'], patterns: ['../*/**', '!../errors.ts', '!../wit/model.ts'] },
      ],
    },
  },
  {
    // Where the host is put together from its parts.
    files: ['extension/host/{inspect,local,worker}.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: ['vscode'], patterns: ['**/editor/**', '**/cli/**', '**/toolchains/**'] },
      ],
    },
  },
  {
    files: ['webview/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: ['node:*', 'vscode', '**/extension/{editor,host,contracts,toolchains,project,cli}/**'] },
      ],
    },
  },
  {
    files: ['webview/*/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            'node:*',
            'vscode',
            '**/extension/{editor,host,contracts,toolchains,project,cli}/**',
            '@vscode/webview-ui-toolkit',
          ],
        },
      ],
    },
  },
  {
    files: ['scripts/**', 'extension/cli/**', 'test/**', 'bin/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['test', 'describe', 'it', 'suite'], package: 'node:test' },
          ],
        },
      ],
    },
  },
  { files: ['**/*.d.ts'], rules: { '@typescript-eslint/no-extraneous-class': 'off' } },
  {
    files: ['**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
