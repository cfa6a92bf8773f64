import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellBeside } from '../../../src/engine/campaign/beside.ts';
import type { Finding } from '../../../src/finding/finding.ts';
import { exampleFinding } from '../../finding/example.ts';

const at = (minute: number): string => `2026-11-21T22:${String(minute).padStart(2, '0')}:00.000000Z`;

const scan = (id: string, minute: number, over: Partial<Finding> = {}): Finding =>
  exampleFinding({
    id,
    techniques: ['T1595.001'],
    services: [{ protocol: 'tcp', port: 8080, probes: 6 }],
    firstSeen: at(minute),
    lastSeen: at(minute + 1),
    related: [],
    ...over,
  });

const campaign = (over: Partial<Finding> = {}): Finding =>
  scan('crowd-1', 10, { kind: 'campaign', source: null, lastSeen: at(30), ...over });

const whyOf = ({ related }: Finding): string[] => related.map(({ why }) => why);

test('a scan at the service of a campaign in its time is told with it, and it with the scan', () => {
  const scans = [scan('scan-a', 12), scan('scan-b', 29), scan('scan-c', 40)];
  const crowd = campaign();
  tellBeside([crowd], scans);
  assert.deepEqual(whyOf(crowd), [
    '2 scans at tcp/8080 began in its time and may belong to it (1 did at other times): scan-a, scan-b',
  ]);
  assert.deepEqual(
    scans.map((one) => whyOf(one).length),
    [1, 1, 0],
  );
  assert.match(whyOf(scans[0])[0], /^crowd-1 looked for tcp\/8080 at the same time/);
});

test('another service, another time, and requests for names have nothing to do with it', () => {
  const scans = [
    scan('scan-a', 12, { services: [{ protocol: 'tcp', port: 22, probes: 6 }] }),
    scan('scan-b', 40),
    scan('scan-c', 12, { techniques: ['T1595.003'] }),
  ];
  const crowds = [campaign(), campaign({ techniques: ['T1595.003'] }), campaign({ services: [] })];
  tellBeside(crowds, scans);
  assert.deepEqual([...crowds, ...scans].flatMap(whyOf), []);
});
