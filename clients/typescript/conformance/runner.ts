/** Plays the golden cases through the client, or measures it: tests/clients/README.md has the protocol. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { credentials } from "@grpc/grpc-js";
import {
  connect,
  dateOf,
  DecideRequest,
  DecideResponse,
  DecisionServiceClient,
  ShelfwiseError,
  type ShelfwiseClient,
  type Timestamp,
} from "shelfwise-client";

const { values: told } = parseArgs({
  options: {
    target: { type: "string" },
    cases: { type: "string" },
    out: { type: "string" },
    timeout: { type: "string" },
    attempts: { type: "string" },
    "tls-certificate": { type: "string" },
    token: { type: "string" },
    "maximum-message-mb": { type: "string" },
    latency: { type: "string" },
    case: { type: "string" },
  },
});

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** Puts every case to the server, in the order of their names, and writes what comes of it. */
async function play(client: ShelfwiseClient, cases: string, out: string): Promise<void> {
  for (const file of readdirSync(cases).sort()) {
    if (!file.endsWith(".request.binpb")) continue;
    const name = file.slice(0, -".request.binpb".length);
    try {
      const response = await client.decide(read(join(cases, name)));
      writeFileSync(join(out, `${name}.response.binpb`), DecideResponse.encode(response).finish());
      writeFileSync(join(out, `${name}.response.json`), JSON.stringify(DecideResponse.toJSON(response), moments));
    } catch (error) {
      if (!(error instanceof ShelfwiseError)) throw error;
      const { reason, code, message, violations } = error;
      writeFileSync(join(out, `${name}.error.json`), JSON.stringify({ reason, code, message, violations }));
    }
  }
}

/** Returns the request of a case, which must be the same in JSON and in binary. */
function read(path: string): DecideRequest {
  const request = DecideRequest.fromJSON(JSON.parse(readFileSync(`${path}.request.json`, "utf8")));
  const binary = DecideRequest.decode(readFileSync(`${path}.request.binpb`));
  if (!Buffer.from(DecideRequest.encode(request).finish()).equals(DecideRequest.encode(binary).finish())) {
    throw new Error(`${path}: the request is another one in JSON than in binary`);
  }
  return request;
}

/** Writes a moment as protobuf JSON does; the generated code would lose what is below milliseconds. */
function moments(_key: string, value: unknown): unknown {
  const moment = value as Timestamp | undefined;
  if (typeof moment?.seconds !== "bigint") return value;
  return dateOf(moment).toISOString().replace(/\.\d+Z$/, `.${String(moment.nanos).padStart(9, "0")}Z`);
}

/** Prints the microseconds of calls through the generated stub and through the client, in turns. */
async function measure(client: ShelfwiseClient, target: string, path: string, calls: number): Promise<void> {
  const request = { ...DecideRequest.decode(readFileSync(path)), requestId: "" };
  const stub = new DecisionServiceClient(target, credentials.createInsecure());
  const ways = {
    stub_us: () => new Promise((resolve, reject) => stub.decide(request, (e, r) => (e ? reject(e) : resolve(r)))),
    client_us: () => client.decide(request),
  };
  const times: Record<keyof typeof ways, number[]> = { stub_us: [], client_us: [] };
  for (let call = 0; call < calls; call++) {
    for (const name of ["stub_us", "client_us"] as const) {
      const started = process.hrtime.bigint();
      await ways[name]();
      times[name].push(Number(process.hrtime.bigint() - started) / 1000);
    }
  }
  stub.close();
  console.log(JSON.stringify(times));
}

const { target, cases, out, case: one } = told;
if (target === undefined || (told.latency === undefined ? (cases && out) === undefined : one === undefined)) {
  console.error("usage: --target HOST:PORT (--cases FOLDER --out FOLDER | --latency N --case FILE)");
  process.exit(2);
}
const client = connect(target, {
  tlsCertificate: told["tls-certificate"],
  token: told.token,
  timeoutSeconds: number(told.timeout),
  maximumMessageMb: number(told["maximum-message-mb"]),
  retry: told.attempts === undefined ? undefined : { attempts: Number(told.attempts) },
});
if (one !== undefined) {
  await measure(client, target, one, Number(told.latency));
} else if (cases !== undefined && out !== undefined) {
  await play(client, cases, out);
}
client.close();
