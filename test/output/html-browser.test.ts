import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { html } from '../../src/output/html.ts';
import { exampleCampaign, exampleFinding, exampleSummary } from '../finding/example.ts';
import { withTexts } from '../finding/payloads.ts';
import { HOSTILE } from './html/hostile.ts';
import { rendered } from './render.ts';

/**
 * The page in a real browser. What it asks the network for goes to a proxy of our own that counts; what it complains of
 * is on its console. A page that does both shows that this would be seen.
 */

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const LIMIT = 90_000;

function browserPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => BROWSERS.map((name) => join(folder, name))).find((path) => existsSync(path));
}

interface Visit {
  readonly dom: string;
  /** lines of the console */
  readonly said: readonly string[];
  /** hosts that were asked for */
  readonly asked: readonly string[];
}

/** Opens a page from disk. */
async function visit(browser: string, page: string): Promise<Visit> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-browser-'));
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(204).end();
  });
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.destroy();
  });
  try {
    await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
    const file = join(folder, 'report.html');
    writeFileSync(file, page);
    const { port } = proxy.address() as AddressInfo;
    const { out, log } = await opened(browser, folder, port, pathToFileURL(file).href);
    return { dom: out, said: log.split('\n').filter((line) => line.includes('CONSOLE')), asked };
  } finally {
    proxy.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function opened(browser: string, folder: string, port: number, url: string): Promise<{ out: string; log: string }> {
  const child = spawn(
    browser,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--proxy-server=http://127.0.0.1:${port}`,
      '--proxy-bypass-list=<-loopback>',
      '--enable-logging=stderr',
      '--virtual-time-budget=3000',
      '--dump-dom',
      url,
    ],
    { timeout: LIMIT, killSignal: 'SIGKILL' },
  );
  let [out, log] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      code === 0
        ? resolve({ out, log })
        : reject(new Error(`browser ended with ${code ?? signal}: ${log.slice(-500)}`)),
    );
  });
}

const MUST = process.env.VEDETTE_CI === '1';
const path = browserPath();
const skip = path === undefined && !MUST && 'no Chromium on the PATH';

test('the report opens from disk, asks for nothing and complains of nothing', {
  skip,
  timeout: 3 * LIMIT,
}, async () => {
  assert.ok(path !== undefined, 'VEDETTE_CI=1 and no Chromium on the PATH');
  const bad = await visit(
    path,
    '<!doctype html><title>x</title><img src="http://seen.invalid/x.png"><script>console.error("seen")</script>',
  );
  assert.ok(
    bad.asked.some((url) => url.includes('seen.invalid')),
    'requests are seen',
  );
  assert.ok(
    bad.said.some((line) => line.includes('seen')),
    'the console is seen',
  );

  const attacked = HOSTILE.filter((_, at) => at % 9 === 0).map((text, at) =>
    withTexts(exampleFinding({ id: `a${at}` }), (own, place) =>
      /\.(?:kind|state|firstSeen|lastSeen)$/.test(place) ? own : text,
    ),
  );
  const written = await rendered(html, [exampleFinding(), exampleCampaign(), ...attacked], exampleSummary());
  const good = await visit(path, written);
  assert.deepEqual(good.said, []);
  assert.deepEqual(
    good.asked.filter((url) => /evil|invalid|example/.test(url)),
    [],
  );
  assert.equal(good.dom.match(/<article/g)?.length, 100);
  assert.doesNotMatch(good.dom, /<(?:script|img|iframe|object|link|form|zz-evil|base|use)\b/);
});
