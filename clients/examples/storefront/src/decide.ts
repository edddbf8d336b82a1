import { EventKind, type ClientOptions, connect } from "shelfwise-client";

import type { ShopperEvent } from "./session.js";

/** What the shop asks for one shopper. */
export interface SlateRequest {
  readonly customerId: string;
  readonly consent: boolean;
  readonly cart: readonly { readonly itemId: string; readonly quantity: number }[];
  readonly events: readonly ShopperEvent[];
  /** Where the slate will stand: home, item, cart or thanks. */
  readonly placement: string;
  readonly size: number;
}

/** What it gets. */
export interface Slate {
  readonly items: readonly {
    readonly itemId: string;
    readonly promisedOn: string | undefined;
    readonly reason: string | undefined;
  }[];
  readonly token: string;
}

/** Asks for a slate; rejects where there is none in time. */
export type Decide = (request: SlateRequest) => Promise<Slate>;

const KINDS = {
  view: EventKind.EVENT_KIND_VIEW,
  cart: EventKind.EVENT_KIND_CART,
  purchase: EventKind.EVENT_KIND_PURCHASE,
};

/** Asks a server, once: a page has no time to try again. */
export function decider(target: string, budgetMs: number, options: ClientOptions): Decide {
  const client = connect(target, { ...options, timeoutSeconds: budgetMs / 1000, retry: { attempts: 1 } });
  return async ({ customerId, consent, cart, events, placement, size }) => {
    const decision = await client.decide({
      recommend: { customers: [{ customerId, consent, cart: [...cart] }], slateSize: size, placement },
      live: { events: events.map((event) => ({ ...event, customerId, kind: KINDS[event.kind] })) },
    });
    const [slate] = decision.recommendations;
    return {
      token: slate?.token ?? "",
      items: (slate?.items ?? []).map((item) => ({
        itemId: item.itemId,
        promisedOn: item.promisedOn || undefined,
        reason: item.reasons[0]?.text,
      })),
    };
  };
}
