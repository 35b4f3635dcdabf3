import { availableParallelism } from 'node:os';
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
    // Many tests wait for processes of their own: two at a time go well on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
