import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Finding } from '../../../src/finding/finding.ts';
import { run } from '../../../src/engine/run.ts';
import { scratch } from '../../input/scratch.ts';
import { guesses, type Hit, logOf, START, visitors } from '../../support/weblog.ts';

const SCANNER = '192.0.2.66';
const VISITOR = '198.51.100.9';
const WORDS = Array.from({ length: 40 }, (_, at) => `${'qwertzuiop'[at % 10]}word${'abcd'[at % 4]}${'xyzuvw'[at % 6]}`);
/** seconds after START: hours after the scan, and of the telemetry's beginning before it */
const LATER = 9000;
const EARLIER = -20_000;

interface Started {
  readonly at: number;
  readonly binary: string;
  readonly args?: string;
  readonly parent?: string;
  readonly process?: number;
  readonly parentProcess?: number;
}

const NGINX = '/usr/sbin/nginx';
const sh = (at: number, command: string, parent = NGINX): Started => ({
  at,
  binary: '/usr/bin/dash',
  args: `-c ${command}`,
  parent,
});

/** As Tetragon tells of programs that are started. */
const telemetry = (starts: readonly Started[]): string =>
  [{ at: EARLIER, binary: '/usr/bin/date', parent: '/usr/sbin/cron' }, ...starts]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, binary, args = '', parent = NGINX, process = 4000, parentProcess = 811 }: Started) =>
      JSON.stringify({
        process_exec: {
          process: { pid: process, uid: 33, binary, arguments: args },
          parent: { pid: parentProcess, binary: parent },
        },
        node_name: 'web1',
        time: new Date((START + at) * 1000).toISOString(),
      }),
    )
    .join('\n');

const post = (at: number, source = SCANNER): Hit => ({
  at: START + at,
  source,
  target: '/upload/avatar.php',
  status: 200,
  bytes: 40,
});

/** The row of the chain that tells what the server started. */
const startOf = ({ account }: Finding): Finding['account'][number] =>
  account.find(({ reason }) => reason.includes(' got ')) ?? assert.fail('nothing was started');

async function intrusions(context: TestContext, hits: readonly Hit[], tele: string): Promise<Finding[]> {
  const folder = scratch(context);
  const paths = ['access.log', 'events.json'].map((name) => join(folder, name));
  const web = [...visitors(60), ...guesses(WORDS, SCANNER), ...hits].toSorted((a, b) => a.at - b.at);
  writeFileSync(paths[0], logOf(web));
  writeFileSync(paths[1], tele);
  const { findings } = await run({ paths, workers: 1, home: [], falsePerDay: 1, wordlists: () => [] });
  return findings.filter(({ kind }) => kind === 'intrusion');
}

test('a server that looks around when a scanner comes back has been broken into', async (context) => {
  const starts = [sh(LATER + 0.4, 'whoami'), sh(LATER + 8, 'uname -a')];
  const [found, ...more] = await intrusions(context, [post(LATER), post(LATER + 8)], telemetry(starts));
  assert.deepEqual(more, []);
  assert.equal(found.source?.address, SCANNER);
  assert.ok(found.techniques.includes('T1190'));
  assert.match(startOf(found).reason, /got nginx of host web1 to start "whoami", "uname -a", 0\.\d s/);
  assert.match(startOf(found).reason, /looks who and where it is \(8\), lists what is there \(3\)/);
  assert.equal(startOf(found).evidence.length, 2);
  assert.match(found.account[0].reason, /^a scan that came before/, 'the chain is told in the order of time');
});

test('what its shell starts is its own; what an administrator starts is not', async (context) => {
  const shell = { ...sh(LATER + 0.4, 'x'), process: 5000 };
  const child = { at: LATER + 0.5, binary: '/usr/bin/whoami', parent: '/usr/bin/dash', parentProcess: 5000 };
  assert.equal((await intrusions(context, [post(LATER)], telemetry([shell, child]))).length, 1);
  const admin = { at: LATER + 0.5, binary: '/usr/bin/whoami', parent: '/usr/bin/bash', parentProcess: 7000 };
  assert.deepEqual(await intrusions(context, [post(LATER)], telemetry([admin])), []);
});

test('the nightly backup by the same server is none, even while it is scanned', async (context) => {
  const starts = [
    'mysqldump --all-databases',
    'tar czf /backup/site.tgz /var/www',
    'curl -sT /backup/site.tgz https://b/',
  ];
  const tele = telemetry(starts.map((command, at) => sh(LATER + at, command)));
  assert.deepEqual(await intrusions(context, [post(LATER)], tele), []);
});

test('nor is what a server does all day, a page of the site, or what comes while nobody who scanned asks', async (context) => {
  const daily = Array.from({ length: 40 }, (_, at) => sh(EARLIER + 700 * at, 'whoami'));
  assert.deepEqual(await intrusions(context, [post(LATER)], telemetry([...daily, sh(LATER + 0.4, 'whoami')])), []);
  const page = { at: LATER + 0.3, binary: '/usr/bin/dash', args: '/usr/lib/cgi-bin/status.cgi', process: 5000 };
  const child = { at: LATER + 0.5, binary: '/usr/bin/who', parent: '/usr/bin/dash', parentProcess: 5000 };
  assert.deepEqual(await intrusions(context, [post(LATER)], telemetry([page, child])), []);
  assert.deepEqual(await intrusions(context, [post(LATER, VISITOR)], telemetry([sh(LATER + 0.4, 'whoami')])), []);
  assert.deepEqual(await intrusions(context, [post(LATER)], telemetry([sh(LATER + 30, 'whoami')])), []);
});

test('who sends the very command needs no scan; a word that stands for a column is none', async (context) => {
  const ask = (target: string): Hit => ({ ...post(LATER, VISITOR), target });
  const tele = telemetry([sh(LATER + 0.4, 'cat /etc/hosts')]);
  const [found] = await intrusions(context, [ask('/ping?host=127.0.0.1;cat%20/etc/hosts')], tele);
  assert.equal(found.source?.address, VISITOR);
  assert.match(startOf(found).reason, /carried the very command/);
  assert.deepEqual(await intrusions(context, [ask('/items?sort=id')], telemetry([sh(LATER + 0.4, 'id')])), []);
});

/** A connection as Zeek tells of it; answered: with data both ways. */
const connection = (at: number, target: number, answered: boolean): string =>
  JSON.stringify({
    ts: START + at,
    uid: `C${at}`,
    'id.orig_h': SCANNER,
    'id.orig_p': 40_000 + target,
    'id.resp_h': `203.0.113.${target}`,
    'id.resp_p': 6379,
    proto: 'tcp',
    conn_state: answered ? 'SF' : 'S0',
    history: answered ? 'ShADadFf' : 'S',
    orig_pkts: answered ? 6 : 1,
    resp_pkts: answered ? 5 : 0,
    ...(answered && { duration: 0.4, orig_bytes: 210, resp_bytes: 90, orig_ip_bytes: 530, resp_ip_bytes: 350 }),
  });

test('a service of which only connections are told has been broken into, too', async (context) => {
  const folder = scratch(context);
  const paths = ['conn.log', 'events.json'].map((name) => join(folder, name));
  const scan = Array.from({ length: 60 }, (_, at) => connection(2 * at, 1 + at, at === 9));
  writeFileSync(paths[0], [...scan, connection(LATER, 10, true)].join('\n'));
  const start = sh(LATER + 0.2, 'whoami', '/usr/bin/redis-server');
  writeFileSync(paths[1], telemetry([start]));
  const { findings } = await run({ paths, workers: 1, home: ['203.0.113.0/24'], falsePerDay: 1, wordlists: () => [] });
  const [found, ...more] = findings.filter(({ kind }) => kind === 'intrusion');
  assert.deepEqual(more, []);
  assert.ok(found?.techniques.includes('T1190'));
  assert.match(
    startOf(found).reason,
    /got redis-server of host web1 to start "whoami", 0\.\d s after it had spoken with it/,
  );
  assert.deepEqual([found.methods, found.services[0]?.port, found.targets.paths], [['tcp-connect'], 6379, 0]);
});

/** As the audit log of Linux tells of programs that are started. */
const audit = (starts: readonly { at: number; ids: string; args: readonly string[] }[]): string =>
  [{ at: EARLIER, ids: 'ppid=1 pid=9 auid=0 uid=0', args: ['date'] }, ...starts]
    .map(({ at, ids, args }, serial) => {
      const id = `msg=audit(${(START + at).toFixed(3)}:${serial + 1})`;
      const exe = `comm="${args[0]}" exe="/usr/bin/${args[0]}"`;
      return [
        `node=web1 type=SYSCALL ${id}: arch=c000003e syscall=59 success=yes exit=0 items=2 ${ids} ${exe}`,
        `node=web1 type=EXECVE ${id}: argc=${args.length} ${args.map((arg, n) => `a${n}="${arg}"`).join(' ')}`,
        `node=web1 type=PROCTITLE ${id}: proctitle="${args[0]}"`,
      ].join('\n');
    })
    .join('\n');

test('audit: the fork of a server is known by its account, out of any session; a session is not, nor a page', async (context) => {
  const whoami = (ids: string) => ({ at: LATER + 0.4, ids, args: ['whoami'] });
  const forked = whoami('ppid=4711 pid=4800 auid=4294967295 uid=33');
  const [found] = await intrusions(context, [post(LATER)], audit([forked]));
  assert.match(startOf(found).reason, /service of user 33/);
  const session = whoami('ppid=4711 pid=4800 auid=1000 uid=33');
  assert.deepEqual(await intrusions(context, [post(LATER)], audit([session])), []);
  const page = {
    at: LATER + 0.3,
    ids: 'ppid=4711 pid=4790 auid=4294967295 uid=33',
    args: ['sh', '/srv/cgi-bin/status.cgi'],
  };
  const child = whoami('ppid=4790 pid=4800 auid=4294967295 uid=33');
  assert.deepEqual(await intrusions(context, [post(LATER)], audit([page, child])), []);
});
