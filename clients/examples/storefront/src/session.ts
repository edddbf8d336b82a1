import { randomUUID } from "node:crypto";

import type { Item } from "./catalogue.js";

/** What a shopper did with an item. */
export interface ShopperEvent {
  readonly kind: "view" | "cart" | "purchase";
  readonly itemId: string;
  readonly quantity: number;
  /** Token of the slate that led to it; empty where none did. */
  readonly token: string;
}

const MOST_EVENTS = 50;
export const MOST_UNITS = 99;

/** One shopper's visit: who it is, what lies in the cart, and what was done that recommendations may use. */
export class Session {
  readonly cart = new Map<Item, number>();
  /** Id of a customer on record; empty for a visitor. */
  account = "";
  /** Whether what the shopper does may choose what is shown. Nobody has agreed before being asked. */
  consent = false;
  private readonly visitor = `visitor-${randomUUID()}`;
  private recent: ShopperEvent[] = [];
  private readonly shownBy = new Map<string, Set<string>>();
  private readonly ledBy = new Map<string, string>();

  get customerId(): string {
    return this.account || this.visitor;
  }

  /** Oldest first; the server is told of them with every request. */
  get events(): readonly ShopperEvent[] {
    return this.recent;
  }

  /** Become another customer, or agree or not. What was done before is forgotten by the one and by the other. */
  identify(account: string, consent: boolean): void {
    if (account !== this.account || !consent) {
      this.recent = [];
      this.shownBy.clear();
      this.ledBy.clear();
    }
    this.account = account;
    this.consent = consent;
  }

  /** Remember which items a slate has shown. */
  shown(token: string, items: readonly Item[]): void {
    if (token) this.shownBy.set(token, new Set(items.map((item) => item.id)));
  }

  /** Note that the shopper came to an item from a slate; a token that never showed it is passed over. */
  followed(token: string, item: Item): void {
    if (this.shownBy.get(token)?.has(item.id)) this.ledBy.set(item.id, token);
  }

  view(item: Item): void {
    this.record("view", item, 1);
  }

  add(item: Item, quantity: number): void {
    this.cart.set(item, Math.min(MOST_UNITS, (this.cart.get(item) ?? 0) + quantity));
    this.record("cart", item, quantity);
  }

  remove(item: Item): void {
    this.cart.delete(item);
  }

  /** Buy what lies in the cart. */
  buy(): void {
    for (const [item, quantity] of this.cart) this.record("purchase", item, quantity);
    this.cart.clear();
  }

  private record(kind: ShopperEvent["kind"], item: Item, quantity: number): void {
    if (!this.consent) return;
    this.recent.push({ kind, itemId: item.id, quantity, token: this.ledBy.get(item.id) ?? "" });
    this.recent = this.recent.slice(-MOST_EVENTS);
  }
}

/** The sessions of all shoppers, those who were away longest being forgotten first. */
export class Sessions {
  private readonly sessions = new Map<string, Session>();

  constructor(private readonly most = 10_000) {}

  /** The session of a key that this shop has given, or a new one with its key. */
  open(key: string | undefined): { key: string; session: Session } {
    const known = key !== undefined && this.sessions.has(key);
    const opened = known ? key : randomUUID();
    const session = this.sessions.get(opened) ?? new Session();
    this.sessions.delete(opened);
    this.sessions.set(opened, session);
    const [oldest] = this.sessions.keys();
    if (this.sessions.size > this.most && oldest !== undefined) this.sessions.delete(oldest);
    return { key: opened, session };
  }
}
