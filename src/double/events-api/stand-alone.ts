import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Fault } from '../../tiktok/events-api/faults.ts';
import { EVENTS_API_HOST } from '../../tiktok/hosts.ts';
import { serverCertificate } from '../certificate.ts';
import { answerCall, type EventsApiCall } from './call.ts';
import { FaultScript } from './fault-script.ts';
import { type EventsApiServer, startEventsApiServer } from './http-server.ts';
import { answerInLog } from './logged-answer.ts';
import { RunLog } from './run-log.ts';

export interface StandAloneOptions {
  /** 0 for any free port. */
  port: number;
  https: boolean;
  /** File to which each call is appended, as a line of JSON. */
  log: string | undefined;
  /** Faults that answer the first calls. If the log is that of an audit, a visit's calls get the visit's faults instead. */
  faults: readonly Fault[];
  /** Host names of the certificate, besides the API's own and loopback. */
  hosts: readonly string[];
  onCall: (call: EventsApiCall) => void;
}

export interface StandAlone extends EventsApiServer {
  /** With HTTPS, the certificate to trust: a file next to the log, otherwise in the current folder. */
  caFile?: string;
}

/** The server cannot run. The message says why, and what to do. */
export class StandAloneError extends Error {
  override name = 'StandAloneError';
}

/**
 * Starts the Events API stub as a separate server.
 *
 * @throws StandAloneError if the port is in use or a file cannot be written
 */
export async function startStandAlone(options: StandAloneOptions): Promise<StandAlone> {
  const { port, https, faults, hosts, onCall } = options;
  const log = options.log === undefined ? undefined : new RunLog(resolve(options.log));
  if (log) probe(log.file);
  const certificate = https
    ? await serverCertificate([EVENTS_API_HOST, 'localhost', '127.0.0.1', ...hosts])
    : undefined;
  const caFile = join(log ? dirname(log.file) : resolve(), 'ttq-events-api-ca.pem');
  if (certificate) writeCa(caFile, certificate.cert);

  const script = new FaultScript(faults);
  const server = await startEventsApiServer(port, certificate, (received) => {
    const next = () => script.next();
    const { call, answer } = log ? answerInLog(log, received, undefined, next) : answerCall(received, next());
    onCall(call);
    return answer;
  }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'it is in use' : error.message;
    throw new StandAloneError(
      `--port ${port} cannot be listened on: ${why}. Name another, or 0 for a free one.`,
    );
  });
  return { ...server, ...(certificate ? { caFile } : {}) };
}

/** Fails at once, and not at the first call, if the log cannot be written. */
function probe(file: string): void {
  try {
    writeFileSync(file, '', { flag: 'a' });
  } catch (error) {
    throw new StandAloneError(`--log ${file} cannot be written: ${(error as Error).message}.`);
  }
}

function writeCa(file: string, pem: string): void {
  try {
    writeFileSync(file, pem);
  } catch (error) {
    throw new StandAloneError(`The certificate ${file} cannot be written: ${(error as Error).message}.`);
  }
}
