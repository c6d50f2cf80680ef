import { defineConfig } from '@playwright/test';

/** Runs against a server that is up: `TRINE_URL=http://127.0.0.1:PORT npm run e2e`; without it the mock is started. */
const url = process.env.TRINE_URL ?? 'http://127.0.0.1:8787';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  // Two halls drawn in software at once take a machine of their own: `TRINE_MEET=1 npm run e2e meet`.
  testIgnore: process.env.TRINE_MEET ? [] : ['meet.spec.ts'],
  // Software rendering on few cores: one browser at a time, with patience, but no second tries.
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    baseURL: url,
    actionTimeout: 20_000,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--disable-background-networking',
        '--disable-quic',
        '--no-first-run',
        // Two browsers that speak with each other have a microphone that beeps.
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
      ],
    },
  },
  ...(process.env.TRINE_URL
    ? {}
    : { webServer: { command: 'npm run mock', url: `${url}/healthz`, reuseExistingServer: true } }),
});
