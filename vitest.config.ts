import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // On CI the totals are also written where `.ci/run` reads them.
    reporters: process.env.CI ? ['default', 'json'] : ['default'],
    outputFile: { json: 'coverage/test-results.json' },
    projects: [
      { test: { ...shared, name: 'library', include: ['test/**/*.test.ts'], exclude: ['test/cli/**'] } },
      {
        // These run the built command, so the build comes first; other tests never wait for it.
        test: {
          ...shared,
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          globalSetup: 'test/cli/build.ts',
        },
      },
    ],
  },
});
