import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Banners } from '../../src/learn/banners.ts';
import { type AnswerBatch, allocateAnswers, SERVICES, Told } from '../../src/record/answer.ts';
import { parseAddress } from '../../src/record/address.ts';
import { range } from '../support/contacts.ts';

const words = (text: string): Uint32Array => parseAddress(text) ?? new Uint32Array(4);

interface Answer {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly text: string;
  readonly service?: (typeof SERVICES)[number];
  readonly told?: keyof typeof Told;
}

function told(answers: readonly Answer[]): AnswerBatch {
  const batch = allocateAnswers(Math.max(1, answers.length));
  for (const [row, { from, to, port, text, service = 'ssh', told: kind = 'banner' }] of answers.entries()) {
    batch.address.set([...words(from), ...words(to)], row * 8);
    batch.targetPort[row] = port;
    batch.protocol[row] = 6;
    batch.told[row] = Told[kind];
    batch.service[row] = SERVICES.indexOf(service);
    const bytes = new TextEncoder().encode(text);
    batch.start[row] = batch.textUsed;
    batch.length[row] = bytes.length;
    batch.text.set(bytes, batch.textUsed);
    batch.textUsed += bytes.length;
  }
  batch.count = answers.length;
  return batch;
}

const one = { from: '203.0.113.9', to: '192.0.2.1', port: 22, text: 'SSH-2.0-OpenSSH_9.6' };
const find = (banners: Banners, { from, to, port }: Answer): string | undefined =>
  banners.find(words(from), words(to), port, 6)?.banner;

test('what a target told a source is found again, by source, target and port', () => {
  const banners = new Banners(16, 1);
  banners.observe(told([one, { ...one, port: 80, text: 'nginx', service: 'http' }]));
  assert.equal(find(banners, one), one.text);
  assert.deepEqual(banners.find(words(one.from), words(one.to), 80, 6), { service: 'http', banner: 'nginx' });
  assert.equal(find(banners, { ...one, from: '203.0.113.8' }), undefined);
  assert.equal(find(banners, { ...one, to: '2001:db8::1' }), undefined);
});

test('the first text stays', () => {
  const banners = new Banners(16, 1);
  banners.observe(told([one, { ...one, text: 'other' }]));
  assert.equal(find(banners, one), one.text);
});

test('what says more takes the place of what says less, never the other way round', () => {
  const banners = new Banners(16, 1);
  const poorThenGood = [
    { ...one, text: 'SMB 3.1.1', told: 'version' },
    { ...one, text: 'files.example, Windows 10.0.20348', told: 'description' },
    { ...one, text: 'SMB 1', told: 'version' },
  ] as const;
  banners.observe(told(poorThenGood));
  assert.equal(find(banners, one), 'files.example, Windows 10.0.20348');
});

test('when it is full what comes later is counted, and what is there stays', () => {
  const banners = new Banners(4, 1);
  banners.observe(told([...range(9)].map((n) => ({ ...one, port: 100 + n, text: `banner ${n}` }))));
  assert.equal(banners.refused, 5);
  assert.equal(find(banners, { ...one, port: 103 }), 'banner 3');
  assert.equal(find(banners, { ...one, port: 104 }), undefined);
});
