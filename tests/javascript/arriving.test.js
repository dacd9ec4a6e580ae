// Another page begins at its top; the same page stays where it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { beginAtTop } from "../../assets/components/links/arriving.js";

test("only what is shown first of another page leads to the top", () => {
  const main = { scrollTop: 2589, scrollTo: ({ top }) => (main.scrollTop = top) };
  globalThis.window = { location: { pathname: "/mlp" } };
  globalThis.document = { querySelector: selector => (selector === "[data-testid=stMain]" ? main : null) };
  beginAtTop(); // as the app is opened, perhaps scrolled by the browser itself
  beginAtTop();
  assert.equal(main.scrollTop, 2589);
  window.location.pathname = "/convolution";
  beginAtTop();
  assert.equal(main.scrollTop, 0);
  main.scrollTop = 40; // a hand reads on while the page is still being made
  beginAtTop();
  assert.equal(main.scrollTop, 40);
  document.querySelector = () => null;
  window.location.pathname = "/";
  beginAtTop();
  assert.equal(main.scrollTop, 40);
});
