import { readFileSync } from "node:fs";

/** Something that the shop sells. */
export interface Item {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  /** In euros. */
  readonly price: number;
  /** Number of the colour of its category, from 0. */
  readonly hue: number;
}

/** An item as the file has it. */
type Listed = Omit<Item, "hue">;

/** Colours for categories in `style.css`. */
const HUES = 8;

/** What the shop sells, best sellers first. The shop knows it without a server. */
export class Catalogue {
  readonly items: readonly Item[];
  readonly categories: readonly string[];
  private readonly byId: ReadonlyMap<string, Item>;

  constructor(listed: readonly Listed[]) {
    this.categories = [...new Set(listed.map((item) => item.category))].sort();
    this.items = listed.map((item) => ({ ...item, hue: this.categories.indexOf(item.category) % HUES }));
    this.byId = new Map(this.items.map((item) => [item.id, item]));
  }

  static read(file: URL): Catalogue {
    return new Catalogue(JSON.parse(readFileSync(file, "utf8")) as Listed[]);
  }

  find(id: string): Item | undefined {
    return this.byId.get(id);
  }

  /** Items of one category, or of all. */
  of(category?: string): readonly Item[] {
    return category === undefined ? this.items : this.items.filter((item) => item.category === category);
  }
}
