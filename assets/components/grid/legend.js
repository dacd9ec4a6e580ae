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

/** Looks with their counts and words; those that do not occur are left out. */
function legendItems({ transposed, padding_cells, padding_mode, unread, skipped, added, read_counts }) {
  const isUneven = new Set(read_counts.flat()).size > 1;
  const mode = padding_mode === "zeros" ? "" : ` (${padding_mode})`;
  const stamps = isUneven ? 1 : 0;
  return transposed
    ? [
        ["cut", padding_cells, `${padding_cells} cut by padding`],
        ["out added", added, `${added} from output_padding`],
        ["out unread", unread, `${unread} never written`],
        ["out stamps", stamps, "times written"],
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
