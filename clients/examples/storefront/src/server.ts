import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import type { Catalogue, Item } from "./catalogue.js";
import type { Decide } from "./decide.js";
import type { Html } from "./html.js";
import { cartPage, homePage, itemPage, messagePage, thanksPage } from "./pages.js";
import { MOST_UNITS, Sessions, type Session } from "./session.js";
import { shelf } from "./shelf.js";

const MOST_FORM_BYTES = 8 * 1024;
const SECURITY = {
  "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
};

/** Ends a request with a status and a page that says no more than its title. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    title: string,
  ) {
    super(title);
  }
}

/** The shop, not yet listening. `told` gets a line for each page that had to do without a slate. */
export function shop(catalogue: Catalogue, decide: Decide, told: (line: string) => void): Server {
  const sessions = new Sessions();
  const style = readFileSync(new URL("../style.css", import.meta.url));

  return createServer((request, response) => {
    const { key, session } = sessions.open(/(?:^|; )session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1]);
    response.setHeader("Set-Cookie", `session=${key}; HttpOnly; SameSite=Lax; Path=/`);
    answer(request, response, session).catch((error: unknown) => {
      const [status, title] = error instanceof Refusal ? [error.status, error.message] : [500, "Something went wrong"];
      if (status === 500) told(`page failed: ${error instanceof Error ? error.stack : String(error)}`);
      send(response, messagePage(session, title), status);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse, session: Session): Promise<void> {
    const url = new URL(request.url ?? "/", "http://shop");
    const method = request.method === "HEAD" ? "GET" : request.method;
    const id = /^\/item\/([^/]+)$/.exec(url.pathname)?.[1];
    switch (`${method} ${id === undefined ? url.pathname : "/item"}`) {
      case "GET /": {
        const category = url.searchParams.get("category") ?? undefined;
        if (catalogue.of(category).length === 0) throw new Refusal(404, "We do not sell that");
        return send(response, homePage(catalogue, session, await slate(session, "home", 6), category));
      }
      case "GET /item": {
        const item = sold(decoded(id ?? ""));
        session.followed(url.searchParams.get("slate") ?? "", item);
        session.view(item);
        return send(response, itemPage(session, item, await slate(session, "item", 4)));
      }
      case "GET /cart":
        return send(response, cartPage(session, await slate(session, "cart", 4)));
      case "GET /thanks":
        return send(response, thanksPage(session, await slate(session, "thanks", 4)));
      case "GET /style.css":
        response.writeHead(200, { ...SECURITY, "Content-Type": "text/css; charset=utf-8" }).end(style);
        return;
      case "POST /cart": {
        const form = await formOf(request);
        const item = sold(form.get("item") ?? "");
        const quantity = units(form.get("quantity") ?? "1");
        session.followed(form.get("slate") ?? "", item);
        session.add(item, quantity);
        return redirect(response, "/cart");
      }
      case "POST /cart/remove":
        session.remove(sold((await formOf(request)).get("item") ?? ""));
        return redirect(response, "/cart");
      case "POST /buy":
        if (session.cart.size === 0) return redirect(response, "/cart");
        session.buy();
        return redirect(response, "/thanks");
      case "POST /account": {
        const form = await formOf(request);
        session.identify((form.get("account") ?? "").trim().slice(0, 100), form.has("consent"));
        return redirect(response, "/");
      }
      default:
        throw new Refusal(404, "There is no such page");
    }
  }

  async function slate(session: Session, placement: string, size: number) {
    const found = await shelf(decide, catalogue, session, placement, size);
    if (found.fallback) told(`no slate for ${placement}: ${found.fallback}`);
    return found;
  }

  function sold(id: string): Item {
    const item = catalogue.find(id);
    if (item === undefined) throw new Refusal(404, "We do not sell that");
    return item;
  }
}

function units(text: string): number {
  const quantity = Number(text);
  if (Number.isInteger(quantity) && quantity >= 1 && quantity <= MOST_UNITS) return quantity;
  throw new Refusal(400, `A quantity is a whole number from 1 to ${MOST_UNITS}`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal(400, "That address cannot be read");
  }
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_FORM_BYTES) throw new Refusal(413, "That is too much for a form");
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

function send(response: ServerResponse, page: Html, status = 200): void {
  const headers = { ...SECURITY, "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };
  response.writeHead(status, headers).end(page.text);
}

function redirect(response: ServerResponse, target: string): void {
  response.writeHead(303, { Location: target }).end();
}
