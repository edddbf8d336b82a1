import type { Catalogue, Item } from "./catalogue.js";
import type { Decide, SlateRequest } from "./decide.js";
import type { Session } from "./session.js";

/** An item as a shelf shows it. */
export interface Card {
  readonly item: Item;
  /** Day of delivery that can be promised from what is in stock, such as 2026-03-31. */
  readonly promisedOn?: string | undefined;
  /** Why it is shown, in words. */
  readonly reason?: string | undefined;
}

/** Items to show beside a page. */
export interface Shelf {
  readonly cards: readonly Card[];
  /** Goes along with every link, so that what it leads to is known as its doing; empty for a static shelf. */
  readonly token: string;
  /** Why best sellers stand here in place of a slate; empty where a slate does. */
  readonly fallback: string;
}

/** Asks for a slate and gives the best sellers where there is none in time; never fails, never waits longer. */
export async function shelf(
  decide: Decide,
  catalogue: Catalogue,
  session: Session,
  placement: string,
  size: number,
): Promise<Shelf> {
  const inCart = new Set([...session.cart.keys()].map((item) => item.id));
  try {
    const slate = await decide(slateRequest(session, placement, size + inCart.size));
    const cards = slate.items.flatMap(({ itemId, promisedOn, reason }) => {
      const item = catalogue.find(itemId);
      return item === undefined || inCart.has(itemId) ? [] : [{ item, promisedOn, reason }];
    });
    if (cards.length === 0) return bestSellers("nothing that this shop sells was in the slate");
    const shown = cards.slice(0, size);
    session.shown(slate.token, shown.map((card) => card.item));
    return { cards: shown, token: slate.token, fallback: "" };
  } catch (error) {
    return bestSellers(error instanceof Error ? error.message : String(error));
  }

  function bestSellers(fallback: string): Shelf {
    const rest = catalogue.items.filter((item) => !inCart.has(item.id));
    return { cards: rest.slice(0, size).map((item) => ({ item })), token: "", fallback };
  }
}

function slateRequest(session: Session, placement: string, size: number): SlateRequest {
  return {
    customerId: session.customerId,
    consent: session.consent,
    cart: [...session.cart].map(([item, quantity]) => ({ itemId: item.id, quantity })),
    events: session.events,
    placement,
    size,
  };
}
