import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scannerOf } from '../../../src/correlate/process/scanners.ts';
import { callsIn, programOf } from '../../../src/correlate/process/words.ts';

const encoded = (script: string): string => Buffer.from(script, 'utf16le').toString('base64');

const SCANNERS: readonly (readonly [image: string, command: string, what: RegExp])[] = [
  ['/usr/bin/nmap', 'nmap -sS -p- 10.0.0.0/8 --rate 1000', /^nmap, which looks for open ports/],
  ['C:\\temp\\svch0st.exe', 'svch0st.exe -sS -p- 10.0.0.0/8 --rate 1000', /svch0st, with nmap's arguments/],
  ['/usr/bin/nmap', 'foo', /^nmap/],
  ['/usr/bin/python3.11', 'python3 /opt/sqlmap.py -u http://192.0.2.9/?id=1 --batch --dbs', /^sqlmap/],
  ['/usr/bin/sudo', 'sudo -u root nmap -sn 10.0.0.0/24', /^nmap/],
  ['/usr/bin/timeout', 'timeout 60 masscan 10.0.0.0/8 -p22', /^masscan/],
  ['/bin/sh', "sh -c 'cd /tmp && ./naabu_2.3.1_linux -host 192.0.2.9'", /^naabu/],
  ['/bin/nc', 'nc -zv 10.0.0.5 1-1000', /^nc/],
  ['/tmp/x', '/tmp/x -nzv 10.0.0.5 1-1000', /netcat's arguments/],
  ['/tmp/m', '/tmp/m -p1-65535 192.0.2.9', /ports and a range/],
  ['/tmp/m', '/tmp/m -p80,443 10.0.0.0/8 --rate=10000', /rate, ports/],
  ['/tmp/f', '/tmp/f -a -g 10.0.0.0/24', /fping's arguments/],
  ['/tmp/x', '/tmp/x -w list.txt -u https://192.0.2.9/FUZZ', /words of a list/],
  ['/tmp/x', '/tmp/x -u http://192.0.2.9/?id=1 --batch --level=5', /sqlmap's arguments/],
  ['/tmp/x', '/tmp/x -l hosts -t cves/2021/', /nuclei's arguments/],
  ['/tmp/x', '/tmp/x -L users -P words ssh://10.0.0.5', /hydra's arguments/],
  ['/tmp/x', '/tmp/x smb 10.0.0.0/24 -u admin -p pw --shares', /netexec's arguments/],
  ['C:\\t\\a.exe', 'a.exe -c All --zipfilename x', /SharpHound's arguments/],
  [
    'C:\\x\\Advanced_IP_Scanner_2.5.4594.1(1).exe',
    '"C:\\x\\Advanced_IP_Scanner_2.5.4594.1(1).exe" /portable',
    /^advanced-ip/,
  ],
  ['/bin/bash', "bash -c 'for i in $(seq 1 254); do ping -c1 10.0.0.$i; done'", /a loop/],
  ['C:\\Windows\\System32\\cmd.exe', 'cmd.exe /c "for /L %i in (1,1,254) do @ping -n 1 192.168.1.%i"', /a loop/],
  ['powershell.exe', 'powershell -c "1..1024 | % { Test-NetConnection 10.0.0.5 -Port $_ }"', /a loop/],
  ['powershell.exe', `powershell.exe -nop -enc ${encoded('1..254 | foreach { Test-Connection 10.0.0.$_ }')}`, /a loop/],
];

const OTHERS: readonly (readonly [image: string, command: string])[] = [
  ['/usr/bin/curl', 'curl -sS -o x http://10.0.0.1/'],
  ['/usr/bin/man', 'man nmap'],
  ['/usr/bin/apt', 'apt install nmap'],
  ['/bin/grep', 'grep -r nmap 10.0.0.0/8'],
  ['/usr/bin/sudo', 'sudo vi masscan.conf'],
  ['/sbin/iptables', 'iptables -A INPUT -p tcp -s 10.0.0.0/8 --dport 22'],
  ['/usr/bin/ssh', 'ssh -p 22 admin@10.0.0.1'],
  ['/usr/bin/ping', 'ping -c 4 10.0.0.1'],
  ['/bin/bash', 'bash -c "while true; do ping -c1 10.0.0.1; sleep 5; done"'],
  ['/usr/bin/docker', 'docker run -p 8000-8200:8000-8200 x'],
  ['C:\\Windows\\System32\\svchost.exe', 'svchost.exe -k netsvcs -p'],
  ['/usr/bin/nc', 'nc -l 8080'],
  ['/usr/bin/tar', 'tar -czf x.tgz /etc'],
  ['/usr/bin/python3', 'python3 -c "print(1)"'],
  ['/usr/bin/hydra', 'hydra serve all --config /etc/hydra.yml'],
  ['/usr/bin/responder', 'responder --help'],
  ['/usr/sbin/sshd', 'sshd: bob [priv]'],
  ['/usr/bin/java', 'java -jar app.jar --server.port=8080'],
  ['/usr/bin/app', 'app --listen 0.0.0.0 --port 8080'],
  ['', ''],
];

test('scanners are known by their names, and by their arguments whatever they are called', () => {
  for (const [image, command, what] of SCANNERS) assert.match(scannerOf(image, command)?.what ?? 'none', what, command);
});

test('what only names a scanner, and what shares an option with one, is none', () => {
  for (const [image, command] of OTHERS) assert.equal(scannerOf(image, command), undefined, command);
});

test('a name is worth less than its arguments, both more than either; all stay under the least bar', () => {
  const bits = [
    scannerOf('/usr/bin/nmap', 'nmap')?.bits,
    scannerOf('/tmp/x', 'x -sS -Pn 10.0.0.0/24')?.bits,
    scannerOf('/usr/bin/nmap', 'nmap -sS -Pn 10.0.0.0/24')?.bits,
  ];
  assert.deepEqual(bits, [12, 14, 16]);
});

test('builds and versions are no part of a name', () => {
  const names = [
    '/opt/nmap-7.95.exe',
    'rustscan-v2.0.1',
    'C:\\X\\SharpHound.EXE',
    'enum4linux',
    'python3.11',
    'arp-scan',
    'masscan64',
  ];
  assert.deepEqual(names.map(programOf), [
    'nmap',
    'rustscan',
    'sharphound',
    'enum4linux',
    'python',
    'arp-scan',
    'masscan',
  ]);
});

test('programs within programs are found, and none is looked for without end', () => {
  const calls = callsIn(`sudo env A=1 sh -c "nice -n 5 nmap -sn x; id"`, (program) => program === 'nmap');
  assert.deepEqual(
    calls.map(({ program }) => program),
    ['sh', 'nmap', 'id'],
  );
  assert.ok(callsIn('sh -c "'.repeat(4000), () => false).length < 100);
  assert.equal(scannerOf('x', `${'('.repeat(3000)}${'1 '.repeat(3000)}`), undefined);
});
