// A column a block: two bars for its paths, and below them what the network says without either one.
// A click, or Enter, on a column chooses its block.

function bar(side) {
  const box = create("div", `bar ${side.tone}`), fill = create("i");
  fill.style.height = `${100 * side.share}%`;
  box.append(create("small", "", side.text), fill);
  return box;
}

function meter(row) {
  const box = create("div", `meter ${row.is_changed ? "changed" : ""}`), track = create("div", "track"), fill = create("i"), mark = create("u");
  fill.style.width = `${100 * row.share}%`;
  mark.style.left = `${100 * row.before}%`;
  track.append(fill, mark);
  box.append(track, create("b", "", row.text), create("span", "", row.word));
  return box;
}

function column(one, view) {
  const button = create("button", `column ${one.name === view.data.selected ? "chosen" : ""}`), bars = create("div", "bars");
  button.type = "button";
  button.setAttribute("aria-pressed", String(one.name === view.data.selected));
  button.setAttribute("aria-label", one.alt);
  bars.append(...one.bars.map(bar));
  const head = create("div", "head");
  head.append(create("b", "", one.name), create("span", "", one.shape));
  button.append(head, bars, create("div", `kind ${one.is_identity ? "identity" : ""}`, one.kind), ...one.rows.map(meter));
  button.onclick = () => view.setTriggerValue("choose", one.name);
  return button;
}

function legend(data) {
  const box = create("div", "legend"), bars = create("div", "bars"), head = create("div", "head");
  bars.append(create("b", "", data.title), create("span", "", data.note), ...data.sides.map(side => create("span", `key ${side.tone}`, side.name)));
  const rows = data.rows.map(row => {
    const cell = create("div", "meter");
    cell.append(create("b", "", row.title), create("span", "", row.note));
    return cell;
  });
  box.append(head, bars, create("div", "kind"), ...rows);
  return box;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const drawnOf = JSON.stringify(data), view = { data, setTriggerValue };
  if (parentElement.__drawn === drawnOf) return;
  parentElement.__drawn = drawnOf;
  const had = parentElement.querySelector(".columns"), focused = parentElement.getRootNode().activeElement?.closest?.(".column");
  const at = focused ? [...had.children].indexOf(focused) : -1, scrolled = had?.scrollLeft ?? 0;
  had?.remove();
  const root = create("div", "columns");
  root.append(legend(data), ...data.columns.map(one => column(one, view)));
  parentElement.append(root);
  root.scrollLeft = scrolled;
  if (at > 0) root.children[at].focus();
}
