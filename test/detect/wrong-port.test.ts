import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WrongPorts } from '../../src/detect/wrong-port.ts';
import { allocateAnswers, type AnswerBatch, SERVICES, Told } from '../../src/record/answer.ts';

interface Answer {
  readonly service: (typeof SERVICES)[number];
  readonly port: number;
  readonly text?: string;
  readonly host?: number;
  readonly client?: number;
  readonly protocol?: number;
}

function answers(specs: readonly Answer[]): AnswerBatch {
  const batch = allocateAnswers(specs.length);
  for (const [row, { service, port, text = '', host = 1, client = 1, protocol = 6 }] of specs.entries()) {
    batch.time[row] = 1e15 + row;
    batch.input[row] = 0;
    batch.record[row] = row + 1;
    batch.address.set([0, 0, 0xffff, 0xcb007100 + client, 0, 0, 0xffff, 0xc0000200 + host], row * 8);
    batch.targetPort[row] = port;
    batch.protocol[row] = protocol;
    batch.told[row] = Told.banner;
    batch.service[row] = SERVICES.indexOf(service);
    batch.start[row] = batch.textUsed;
    batch.length[row] = text.length;
    batch.text.set(new TextEncoder().encode(text), batch.textUsed);
    batch.textUsed += text.length;
    batch.count = row + 1;
  }
  return batch;
}

function found(...batches: (readonly Answer[])[]): ReturnType<WrongPorts['found']> {
  const ports = new WrongPorts(3);
  for (const specs of batches) ports.observe(answers(specs));
  return ports.found();
}

test('SSH on 443 and HTTP on 53 are told, with banner and record', () => {
  const [ssh, http, ...more] = found([
    { service: 'ssh', port: 443, text: 'SSH-2.0-OpenSSH_9.2' },
    { service: 'http', port: 53, text: 'HTTP/1.1 200 OK' },
  ]);
  assert.deepEqual(more, []);
  assert.equal(ssh.registered, 'https');
  assert.equal(ssh.service, 'ssh');
  assert.equal(ssh.banner, 'SSH-2.0-OpenSSH_9.2');
  assert.deepEqual([http.registered, http.port, http.record], ['domain', 53, 2]);
});

test('what is ordinary is not told', () => {
  const usual: readonly Answer[] = [
    { service: 'ssh', port: 22 },
    { service: 'ssh', port: 2222 },
    { service: 'http', port: 443 },
    { service: 'http', port: 8443 },
    { service: 'http', port: 49_152 },
    { service: 'tls', port: 80 },
    { service: 'tls', port: 10_443 },
    { service: 'tls', port: 3306 },
    { service: '', port: 22 },
    { service: 'ntp', port: 53, protocol: 17 },
  ];
  assert.deepEqual(found(usual), []);
});

test('one a server, port and service, however many ask', () => {
  const many = Array.from({ length: 30 }, (_, client) => ({ service: 'ssh', port: 80, client }) as const);
  const [one, ...more] = found(many, many, [{ service: 'ssh', port: 80, host: 2 }]);
  assert.equal(one.answers, 60);
  assert.equal(more.length, 1);
});

test('a server that speaks something else to everyone on every port takes bounded room', () => {
  const ports = new WrongPorts(3);
  for (let round = 0; round < 20; round += 1)
    ports.observe(
      answers(
        Array.from({ length: 50 }, (_, host) => ({ service: 'ssh', port: 80, host: round * 50 + host }) as const),
      ),
    );
  assert.equal(ports.found().length, 256);
});
