// What the looks mean, and how many cells have them; the counts come with the example.

class Legend {
  constructor() {
    this.element = element("ul", "legend");
    this.shown = "";
  }

  show(example) {
    const items = legendItems(example).filter(([, n]) => n > 0);
    const key = JSON.stringify(items);
    if (key === this.shown) return;
    this.shown = key;
    this.element.replaceChildren(...items.map(([look, n, text]) => legendItem(look, n, text)));
  }
}

function legendItems({ transposed, padding_cells, padding_mode, unread, skipped, added }) {
  const mode = padding_mode === "zeros" ? "" : ` (${padding_mode})`;
  return transposed
    ? [
        ["cut", padding_cells, `${padding_cells} cut away by padding`],
        ["out added", added, `${added} from output_padding`],
        ["out unread", unread, `${unread} never written`],
        ["hole", skipped, `${skipped} skipped by dilation`],
      ]
    : [
        ["pad", padding_cells, count(padding_cells, "padding cell", "padding cells") + mode],
        ["in unread", unread, `${unread} never read`],
        ["hole", skipped, `${skipped} skipped by dilation`],
      ];
}

function legendItem(look, n, text) {
  const item = element("li");
  const swatch = element("span", `c ${look}`);
  swatch.setAttribute("aria-hidden", "true");
  item.append(swatch, text);
  return item;
}
