/** Text that is safe to send as HTML. Only the tag `html` makes it. */
export class Html {
  private constructor(readonly text: string) {}

  /** Joins the fixed parts of a template, which are HTML, with values, which are escaped unless they are Html. */
  static readonly tag = (parts: TemplateStringsArray, ...values: Value[]): Html =>
    new Html(parts.reduce((text, part, place) => text + shown(values[place - 1]) + part));
}

export type Value = string | number | Html | Value[] | undefined;

/** `html\`<p>${text}</p>\``: whatever stands in `${}` is escaped; undefined is nothing, a list is its parts. */
export const html = Html.tag;

function shown(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(shown).join("");
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
