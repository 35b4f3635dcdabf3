import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'codegen/{src,test}/**/*.test.ts',
      'packages/*/src/**/*.test.ts',
      'examples/*/src/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    testTimeout: 30_000,
  },
});
