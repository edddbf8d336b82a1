import type { Catalogue, Item } from "./catalogue.js";
import { html, type Html } from "./html.js";
import { MOST_UNITS, type Session } from "./session.js";
import type { Card, Shelf } from "./shelf.js";

const euros = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });
const day = new Intl.DateTimeFormat("en-IE", { weekday: "short", day: "numeric", month: "long", timeZone: "UTC" });

export function homePage(catalogue: Catalogue, session: Session, shelf: Shelf, category?: string): Html {
  return page(
    category ?? "Home",
    session,
    html`<h1>Good things for every day</h1>
      ${shelfSection("Recommended for you", shelf)}
      <section aria-labelledby="all">
        <h2 id="all">${category ?? "Everything we sell"}</h2>
        <nav class="categories" aria-label="Categories">
          <ul>
            ${[undefined, ...catalogue.categories].map((each) => categoryLink(each, category))}
          </ul>
        </nav>
        <ul class="cards">
          ${catalogue.of(category).map((item) => cardItem({ item }, ""))}
        </ul>
      </section>`,
  );
}

export function itemPage(session: Session, item: Item, shelf: Shelf): Html {
  return page(
    item.name,
    session,
    html`<article class="item">
        ${picture(item)}
        <div>
          <p class="category">${item.category}</p>
          <h1>${item.name}</h1>
          <p class="price">${euros.format(item.price)}</p>
          <form method="post" action="/cart">
            <input type="hidden" name="item" value="${item.id}" />
            <label>Quantity <input type="number" name="quantity" value="1" min="1" max="${MOST_UNITS}" required /></label>
            <button>Add to cart</button>
          </form>
        </div>
      </article>
      ${shelfSection("You may also like", shelf)}`,
  );
}

export function cartPage(session: Session, shelf: Shelf): Html {
  const lines = [...session.cart];
  const total = lines.reduce((sum, [item, quantity]) => sum + item.price * quantity, 0);
  return page(
    "Cart",
    session,
    html`<h1>Your cart</h1>
      ${lines.length === 0
        ? html`<p>There is nothing in it yet. <a href="/">Have a look around.</a></p>`
        : html`<table class="cart">
              <thead>
                <tr>
                  <th scope="col">Item</th>
                  <th scope="col">Quantity</th>
                  <th scope="col">Price</th>
                  <th scope="col"><span class="hidden">Remove</span></th>
                </tr>
              </thead>
              <tbody>
                ${lines.map(([item, quantity]) => cartLine(item, quantity))}
              </tbody>
              <tfoot>
                <tr>
                  <th scope="row" colspan="2">Total</th>
                  <td>${euros.format(total)}</td>
                  <td></td>
                </tr>
              </tfoot>
            </table>
            <form method="post" action="/buy"><button>Buy now</button></form>`}
      ${shelfSection("Goes well with your cart", shelf)}`,
  );
}

export function thanksPage(session: Session, shelf: Shelf): Html {
  return page(
    "Thank you",
    session,
    html`<h1>Thank you for your order</h1>
      <p>No money was taken, for this is an example.</p>
      ${shelfSection("For next time", shelf)}`,
  );
}

export function messagePage(session: Session, title: string): Html {
  return page(
    title,
    session,
    html`<h1>${title}</h1>
      <p><a href="/">Back to the shop</a></p>`,
  );
}

function page(title: string, session: Session, content: Html): Html {
  const units = [...session.cart.values()].reduce((sum, quantity) => sum + quantity, 0);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - Larder</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header>
          <a class="brand" href="/">Larder</a>
          <a href="/cart">Cart<span class="count">${units}</span><span class="hidden"> items</span></a>
        </header>
        <main id="content">${content}</main>
        <footer>${accountForm(session)}</footer>
      </body>
    </html>`;
}

function shelfSection(title: string, shelf: Shelf): Html {
  return html`<section class="shelf" aria-labelledby="shelf" data-source="${shelf.fallback ? "static" : "slate"}">
    <h2 id="shelf">${title}</h2>
    ${shelf.fallback ? html`<p class="note">Our best sellers, for now.</p>` : undefined}
    <ul class="cards">
      ${shelf.cards.map((card) => cardItem(card, shelf.token))}
    </ul>
  </section>`;
}

function cardItem({ item, promisedOn, reason }: Card, token: string): Html {
  return html`<li class="card">
    <a href="/item/${encodeURIComponent(item.id)}${token && `?slate=${encodeURIComponent(token)}`}">
      ${picture(item)}
      <span class="name">${item.name}</span>
    </a>
    <span class="price">${euros.format(item.price)}</span>
    ${promisedOn ? html`<span class="promise">With you by ${day.format(new Date(promisedOn))}</span>` : undefined}
    ${reason ? html`<span class="note">${reason}</span>` : undefined}
    <form method="post" action="/cart">
      <input type="hidden" name="item" value="${item.id}" />
      <input type="hidden" name="slate" value="${token}" />
      <button aria-label="Add ${item.name} to cart">Add</button>
    </form>
  </li>`;
}

function cartLine(item: Item, quantity: number): Html {
  return html`<tr>
    <th scope="row"><a href="/item/${encodeURIComponent(item.id)}">${item.name}</a></th>
    <td>${quantity}</td>
    <td>${euros.format(item.price * quantity)}</td>
    <td>
      <form method="post" action="/cart/remove">
        <input type="hidden" name="item" value="${item.id}" />
        <button class="plain" aria-label="Remove ${item.name}">Remove</button>
      </form>
    </td>
  </tr>`;
}

function categoryLink(category: string | undefined, current: string | undefined): Html {
  const target = category === undefined ? "/" : `/?category=${encodeURIComponent(category)}`;
  return html`<li>
    <a href="${target}" ${category === current ? html`aria-current="page"` : undefined}>${category ?? "All"}</a>
  </li>`;
}

/** A tile in a colour of the category, in place of a photograph. */
function picture(item: Item): Html {
  return html`<span class="picture hue-${item.hue}" aria-hidden="true">${item.name.split(" ").at(-1)?.charAt(0)}</span>`;
}

function accountForm(session: Session): Html {
  return html`<form method="post" action="/account">
    <label>Customer <input name="account" value="${session.account}" placeholder="a visitor" maxlength="100" /></label>
    <label>
      <input type="checkbox" name="consent" ${session.consent ? html`checked` : undefined} />
      Let what I do here choose what I am shown
    </label>
    <button class="plain">Save</button>
  </form>`;
}
