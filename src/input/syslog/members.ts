import { asciiInto } from '../texts.ts';
import { Stamps } from '../stamp.ts';
import { timeAt } from '../web/moment.ts';
import type { Dating } from '../input.ts';

/*
 * Names under which shippers and stores of logs keep a line and what they know of it: those of their own documentation, as
 * paths with dots, the surest first.
 *
 *   Splunk         _raw, _time, host                       search export (JSON, CSV); HTTP Event Collector: event, time, host
 *   Elastic        event.original, message, @timestamp     Filebeat, Logstash, Kibana's CSV
 *   GELF           full_message, short_message, timestamp, host        Graylog Extended Log Format 1.1
 *   Loki           line, timestamp                         logcli -o jsonl
 *   Fluentd, Bit   log or message, date or time
 *   Vector         message, timestamp, host, appname
 *   CloudWatch     message, timestamp (ms); @message, @timestamp in Insights
 *   Google Cloud   textPayload, timestamp                  LogEntry
 *   Azure          LogEntry, LogMessage, SyslogMessage, TimeGenerated   ContainerLog, ContainerLogV2, Syslog
 *   Datadog        message, timestamp, host, service
 *   Wazuh          full_log, timestamp                    archives.json, alerts.json
 *   systemd        MESSAGE, __REALTIME_TIMESTAMP, _HOSTNAME, SYSLOG_IDENTIFIER    journalctl -o json-pretty, json-seq
 */
export const MEMBERS = {
  text: [
    'event.original',
    '_raw',
    'full_log',
    'full_message',
    'short_message',
    'textPayload',
    'LogEntry',
    'LogMessage',
    'SyslogMessage',
    '@message',
    'message',
    'MESSAGE',
    'line',
    'log',
    'event',
    'msg',
  ],
  time: [
    '@timestamp',
    'timestamp',
    '_time',
    'time',
    'date',
    'TimeGenerated',
    'EventTime',
    'ISODATE',
    'timereported',
    'timegenerated',
    '__REALTIME_TIMESTAMP',
    'receiveTimestamp',
  ],
  host: [
    'host.name',
    'host.hostname',
    'hostname',
    'HostName',
    'HOST',
    '_HOSTNAME',
    'logsource',
    'host',
    'source',
    'Computer',
  ],
  program: [
    'process.name',
    'appname',
    'app-name',
    'application_name',
    'programname',
    'program',
    'PROGRAM',
    'SYSLOG_IDENTIFIER',
    'ProcessName',
    'ident',
  ],
} as const;

const KIBANA = /^(\w{3} \d{1,2}), (\d{4}) @ /;
const AZURE = /^(\d{1,2})\/(\d{1,2})\/(\d{4}), (\d{1,2})(:\d\d:\d\d(?:\.\d+)?) ([AP]M)$/;

const asIso = (_: string, month: string, day: string, year: string, hour: string, rest: string, half: string): string =>
  `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')} ${String((Number(hour) % 12) + (half === 'PM' ? 12 : 0)).padStart(2, '0')}${rest}`;

/**
 * Reads moments as stores write them: as programs do; as Kibana shows them (`Nov 21, 2026 @ 23:27:01.123`); or as Azure does
 * (`11/21/2026, 11:27:01.123 PM`).
 */
export class Moments {
  readonly #stamps: Stamps;
  readonly #bytes = new Uint8Array(64);

  constructor(dating: Dating) {
    this.#stamps = new Stamps(dating);
  }

  /** µs since 1970; NaN: it is none. */
  of(text: string): number {
    if (text === '') return Number.NaN;
    this.#bytes.fill(0);
    asciiInto(this.#bytes, text.replace(KIBANA, '$1 $2 ').replace(AZURE, asIso));
    return timeAt(this.#stamps, this.#bytes, 0) < 0 ? Number.NaN : this.#stamps.time;
  }
}
