/** Asks a Shelfwise server for decisions: connect, decide, close. */

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { Client, credentials, Metadata, status, type ChannelCredentials, type ServiceError } from "@grpc/grpc-js";

import { Timestamp } from "./generated/google/protobuf/timestamp.js";
import { BadRequest, ErrorInfo, RetryInfo, Status } from "./generated/google/rpc/details.js";
import {
  DecideRequest,
  DecideResponse,
  DecisionServiceService,
  type DeepPartial,
} from "./generated/shelfwise/v1/decision.js";

/** One thing wrong with a request: where it stands, as a full field path, and what would be right. */
export interface Violation {
  field: string;
  description: string;
}

/** What a call ends with that fails; `cause` is the failure of the gRPC call. */
export class ShelfwiseError extends Error {
  override readonly name = "ShelfwiseError";

  constructor(
    /** A stable code in capitals, such as INVALID_REQUEST or SERVER_UNAVAILABLE. */
    readonly reason: string,
    message: string,
    /** Name of the gRPC code, such as INVALID_ARGUMENT. */
    readonly code: string,
    /** Everything that is wrong with the request. */
    readonly violations: readonly Violation[],
    /** Seconds that the server asks to wait, where it does. */
    readonly retryAfterSeconds: number | undefined,
    cause: ServiceError,
  ) {
    super(message, { cause });
  }
}

/** When a failed attempt is worth another: waits grow by `factor`, and each is cut by up to half at random. */
export interface RetryPolicy {
  /** Attempts for one call, the first included; 1 never tries again. */
  attempts: number;
  firstWaitSeconds: number;
  factor: number;
  longestWaitSeconds: number;
  /** Retries that the client may have spent ahead of its successes. */
  budget: number;
  /** Share of a retry that a successful call earns back. */
  earned: number;
}

/** How to connect. */
export interface ClientOptions {
  /** File with the certificate (PEM) by which to know the server, or "" for those that Node trusts. Default: no TLS. */
  tlsCertificate?: string | undefined;
  /** Sent as `authorization: Bearer`, for a proxy that asks for it; needs TLS. */
  token?: string | undefined;
  /** Time for each call with its retries. Default: the server's own limits. */
  timeoutSeconds?: number | undefined;
  /** Largest answer in MiB. Default: 256. */
  maximumMessageMb?: number | undefined;
  /** When and how often a call is tried again. Default: four attempts, waits from 0.1 to 5 seconds, a budget of ten. */
  retry?: Partial<RetryPolicy> | undefined;
}

const POLICY: RetryPolicy = {
  attempts: 4,
  firstWaitSeconds: 0.1,
  factor: 2,
  longestWaitSeconds: 5,
  budget: 10,
  earned: 0.1,
};
/** Node takes 64 KiB of metadata, which hold some four hundred violations, and cannot be told to take more. */
const METADATA_BYTES = 60 * 1024;
const MIB = 1024 * 1024;

/**
 * Returns a client of the server at an address, HOST:PORT; it connects with its first call.
 *
 * @throws Error there is a token, but no TLS; or the certificate cannot be read
 */
export function connect(address: string, options: ClientOptions = {}): ShelfwiseClient {
  return new ShelfwiseClient(address, options);
}

/** Keeps one connection, for any number of calls at once. */
export class ShelfwiseClient {
  readonly #address: string;
  readonly #timeoutSeconds: number | undefined;
  readonly #policy: RetryPolicy;
  readonly #metadata = new Metadata();
  readonly #channel: Client;
  #budget: number;

  constructor(address: string, options: ClientOptions = {}) {
    if (options.token !== undefined && options.tlsCertificate === undefined) {
      throw new Error("a token is sent over TLS only: give tlsCertificate too");
    }
    this.#address = address;
    this.#timeoutSeconds = options.timeoutSeconds;
    this.#policy = { ...POLICY, ...options.retry };
    this.#budget = this.#policy.budget;
    this.#metadata.set("shelfwise-metadata-bytes", String(METADATA_BYTES));
    if (options.token !== undefined) {
      this.#metadata.set("authorization", `Bearer ${options.token}`);
    }
    this.#channel = new Client(address, channelCredentials(options.tlsCertificate), {
      "grpc.max_receive_message_length": (options.maximumMessageMb ?? 256) * MIB,
      "grpc.max_send_message_length": -1, // the server's limit counts, and its answer names it
      "grpc.keepalive_time_ms": 30_000,
      "grpc.keepalive_timeout_ms": 10_000,
      "grpc.enable_retries": 0,
      "grpc.service_config_disable_resolution": 1,
      // about as often as calls are tried again, so that a retry is a new attempt to connect
      "grpc.initial_reconnect_backoff_ms": this.#policy.firstWaitSeconds * 1000,
      "grpc.max_reconnect_backoff_ms": this.#policy.longestWaitSeconds * 1000,
    });
  }

  /**
   * Returns the decision for a request, of which fields that are left out have their defaults.
   *
   * `timeoutSeconds` overrides the client's own and covers all attempts. Without a `requestId` the request is given one,
   * the same in all attempts, so that the server answers it once.
   *
   * @throws ShelfwiseError the call failed
   */
  async decide(
    request: DeepPartial<DecideRequest>,
    timeoutSeconds: number | undefined = this.#timeoutSeconds,
  ): Promise<DecideResponse> {
    const message = DecideRequest.fromPartial(request);
    message.requestId ||= randomUUID();
    const body = Buffer.from(DecideRequest.encode(message).finish());
    const deadline = timeoutSeconds === undefined ? Infinity : Date.now() + timeoutSeconds * 1000;
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await this.#send(body, deadline);
        this.#budget = Math.min(this.#policy.budget, this.#budget + this.#policy.earned);
        return response;
      } catch (failure) {
        const error = this.#errorOf(failure as ServiceError, body.length);
        const waitSeconds = this.#waitAfter(error, attempt);
        if (waitSeconds === undefined || Date.now() + waitSeconds * 1000 >= deadline) {
          throw error;
        }
        await sleep(waitSeconds * 1000);
      }
    }
  }

  /** Ends the connection; calls under way fail. */
  close(): void {
    this.#channel.close();
  }

  #send(body: Buffer, deadline: number): Promise<DecideResponse> {
    const { path, responseDeserialize } = DecisionServiceService.decide;
    return new Promise((resolve, reject) => {
      this.#channel.makeUnaryRequest(
        path,
        (bytes: Buffer) => bytes, // so that a retry does not encode again
        responseDeserialize,
        body,
        this.#metadata,
        { deadline },
        (failure, response) => (response === undefined ? reject(failure) : resolve(response)),
      );
    });
  }

  /** Takes another attempt out of the budget and returns the seconds to wait before it, if there shall be one. */
  #waitAfter(error: ShelfwiseError, attempt: number): number | undefined {
    const busy = error.code === "RESOURCE_EXHAUSTED" && error.retryAfterSeconds !== undefined;
    if (!(error.code === "UNAVAILABLE" || busy) || attempt >= this.#policy.attempts || this.#budget < 1) {
      return undefined;
    }
    this.#budget -= 1;
    const { firstWaitSeconds, factor, longestWaitSeconds } = this.#policy;
    const grown = Math.min(firstWaitSeconds * factor ** (attempt - 1), longestWaitSeconds);
    return Math.max(grown * (0.5 + Math.random() / 2), error.retryAfterSeconds ?? 0);
  }

  #errorOf(failure: ServiceError, requestBytes: number): ShelfwiseError {
    const code = status[failure.code];
    const { reason, violations, retryAfterSeconds } = detailsOf(failure);
    const [named, text] = this.#described(reason, code, failure.details, requestBytes);
    const message = violations.map(({ field, description }) => `${field}: ${description}`).join("\n") || text;
    return new ShelfwiseError(named, message, code, violations, retryAfterSeconds, failure);
  }

  /** Returns reason and message, of which the server gives the first where it answered at all. */
  #described(reason: string | undefined, code: string, text: string, requestBytes: number): [string, string] {
    if (reason === "REQUEST_ID_REUSED") {
      return ["INVALID_REQUEST", text];
    }
    if (reason !== undefined) {
      return [code === "UNAVAILABLE" || code === "RESOURCE_EXHAUSTED" ? "SERVER_UNAVAILABLE" : reason, text];
    }
    switch (code) {
      case "UNAVAILABLE":
        return ["SERVER_UNAVAILABLE", this.#away(text)];
      case "DEADLINE_EXCEEDED":
        return ["DEADLINE_EXCEEDED", "the server did not answer within the time of the call"];
      case "RESOURCE_EXHAUSTED":
        return text.includes("larger than max")
          ? ["MESSAGE_TOO_LARGE", tooLarge(text, requestBytes)]
          : ["SERVER_UNAVAILABLE", text];
      default:
        return ["INTERNAL", `${code}: ${text}`];
    }
  }

  #away(text: string): string {
    const advice = "see that a server runs there, and that both sides speak TLS or neither";
    return `no answer from ${this.#address}; ${advice} (${text})`;
  }
}

/** Returns the moment of a date, which keeps milliseconds. */
export function timestampOf(date: Date): Timestamp {
  const seconds = Math.floor(date.getTime() / 1000);
  return { seconds: BigInt(seconds), nanos: (date.getTime() - seconds * 1000) * 1_000_000 };
}

/** Returns the date of a moment, less its microseconds. */
export function dateOf(moment: Timestamp): Date {
  return new Date(Number(moment.seconds) * 1000 + Math.floor(moment.nanos / 1_000_000));
}

function channelCredentials(tlsCertificate: string | undefined): ChannelCredentials {
  if (tlsCertificate === undefined) {
    return credentials.createInsecure();
  }
  return credentials.createSsl(tlsCertificate === "" ? null : readFileSync(tlsCertificate));
}

/** What the google.rpc details of a failed call say. */
function detailsOf(failure: ServiceError): {
  reason: string | undefined;
  violations: Violation[];
  retryAfterSeconds: number | undefined;
} {
  const packed = failure.metadata.get("grpc-status-details-bin")[0];
  const details = packed instanceof Buffer ? Status.decode(packed).details : [];
  const find = <T>(name: string, kind: { decode(bytes: Uint8Array): T }): T | undefined => {
    const detail = details.find((each) => each.typeUrl.endsWith(`/google.rpc.${name}`));
    return detail && kind.decode(detail.value);
  };
  const delay = find("RetryInfo", RetryInfo)?.retryDelay;
  const violations = find("BadRequest", BadRequest)?.fieldViolations ?? [];
  return {
    reason: find("ErrorInfo", ErrorInfo)?.reason,
    violations: violations.map(({ field, description }) => ({ field, description })),
    retryAfterSeconds: delay && Number(delay.seconds) + delay.nanos / 1e9,
  };
}

function tooLarge(text: string, requestBytes: number): string {
  if (!text.startsWith("SERVER")) {
    return `the answer is larger than this client takes; raise maximumMessageMb (${text})`;
  }
  const size = (requestBytes / MIB).toFixed(1);
  return `the request of ${size} MiB is larger than the server takes; split it, or raise its limit (${text})`;
}
