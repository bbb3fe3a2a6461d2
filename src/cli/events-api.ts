import { parseFault } from '../double/events-api/fault-script.ts';
import { lineOf } from '../double/events-api/line.ts';
import { StandAloneError, startStandAlone } from '../double/events-api/stand-alone.ts';
import type { Fault } from '../tiktok/events-api/faults.ts';
import { takeInterrupts } from './interrupted.ts';

/** As on the command line. */
export interface EventsApiOptions {
  port: string;
  https?: boolean;
  log?: string;
  fault: string[];
  host: string[];
}

/**
 * Runs the Events API stub as a server, and prints a line for each call, until interrupted.
 *
 * @throws StandAloneError if an option cannot be used, before anything is started
 */
export async function eventsApi({ port, https = false, log, fault, host }: EventsApiOptions): Promise<void> {
  const server = await startStandAlone({
    port: portIn(port),
    https,
    log,
    faults: fault.map(faultIn),
    hosts: host,
    onCall: (call) => console.log(lineOf(call)),
  });
  const ended = new Promise<void>((resolve) => {
    takeInterrupts(() => resolve());
  });
  console.log(`The Events API stub listens on ${server.url}; its paths start with /open_api/.`);
  if (server.caFile) console.log(`Clients trust it with the CA in ${server.caFile}`);
  await ended;
  await server.close();
}

function portIn(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new StandAloneError(`--port: found ${JSON.stringify(text)}; wanted a number from 0 to 65535.`);
}

function faultIn(text: string): Fault {
  const fault = parseFault(text);
  if (typeof fault === 'string') throw new StandAloneError(`--fault: ${fault}.`);
  return fault;
}
