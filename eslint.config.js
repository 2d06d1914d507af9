import { importX, createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The layers, low to high: a folder may import itself and the layers named here, nothing else.
 * The compiler produces the theory and the runtime reads it; neither knows the other.
 */
const LAYERS = {
  diagnostics: [],
  theory: ['diagnostics'],
  grammar: ['diagnostics', 'theory'],
  compiler: ['diagnostics', 'theory', 'grammar'],
  runtime: ['diagnostics', 'theory'],
  'index.ts': ['diagnostics', 'theory', 'grammar', 'compiler', 'runtime'],
  report: ['diagnostics', 'theory', 'runtime'],
  // Threads of `eft kernel` start with what they compute and nothing else: the whole index takes longer than their work.
  cli: ['diagnostics', 'index.ts', 'report', 'runtime/kernelMatrices', 'package.json'],
};

/** Large dependencies enter through one door each, so that they can be replaced, or loaded late. */
const DOORS = [
  { packages: ['@tensorflow/*', 'webgpu'], only: 'runtime/backend.ts' },
  { packages: ['nerdamer', 'nerdamer/*'], only: 'theory/nerdamer.ts' },
  { packages: ['commander'], only: 'cli/program.ts' },
  { packages: ['cli-progress'], only: 'cli/progress.ts' },
  { packages: ['chevrotain'], only: 'grammar/chevrotain.ts' },
  { packages: ['vega', 'vega-*'], only: 'report/vega.ts' },
  { packages: ['katex'], only: 'report/katex.ts' },
  { packages: ['@resvg/*'], only: 'cli/png.ts' },
  { packages: ['pdfkit'], only: 'cli/pdf.ts' },
];

const CORE = [
  'index.ts',
  ...['diagnostics', 'theory', 'grammar', 'compiler', 'runtime', 'report'].map((f) => `${f}/**/*.ts`),
];
const SHELL = ['cli/**/*.ts'];

const layerZones = Object.entries(LAYERS).map(([layer, lower]) => ({
  target: `./${layer}`,
  from: '.',
  except: [layer, ...lower, 'node_modules'].map((path) => `./${path}`),
  message: `${layer} may import only: ${lower.join(', ') || 'nothing'} (see LAYERS in eslint.config.js).`,
}));

const closedDoors = (doors) =>
  doors.map(({ packages, only }) => ({ group: packages, message: `Only ${only} imports this package.` }));

const NODE_BUILTINS = {
  group: ['node:*'],
  message: 'The core also runs in a browser: take the host as an argument.',
};

/** What may not be imported by files matching `files`; doors whose `only` is among them stay open. */
const importBans = (files, open, extra = []) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [...closedDoors(DOORS.filter((door) => !open.includes(door.only))), ...extra] },
    ],
  },
});

export default tseslint.config(
  // grammar/cst.ts is generated.
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'grammar/cst.ts'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })],
      'import-x/extensions': ['.ts', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'max-lines': ['error', 500],
      'max-depth': ['error', 4],
      complexity: ['error', 20],
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': ['error', { zones: layerZones, basePath: import.meta.dirname }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An index just computed is in range: the assertion says so where a test for `undefined` would be noise.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `() => f(x)` for a callback that returns nothing reads better than a block.
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  importBans(CORE, [], [NODE_BUILTINS]),

  ...[
    'grammar/chevrotain.ts',
    'runtime/backend.ts',
    'theory/nerdamer.ts',
    'report/vega.ts',
    'report/katex.ts',
  ].map((door) => importBans([door], [door], [NODE_BUILTINS])),
  importBans(SHELL, []),
  ...['cli/program.ts', 'cli/progress.ts', 'cli/png.ts', 'cli/pdf.ts'].map((door) =>
    importBans([door], [door]),
  ),
  { files: ['vitest.config.ts'], rules: { 'import-x/no-default-export': 'off' } },
);
