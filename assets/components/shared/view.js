// What a component keeps from one run to the next: its view, built where it is first shown.

/**
 * A function that gives the view of a place on the page, built by `build` the first time.
 *
 * @template View
 * @param {(host: HTMLElement) => View} build
 * @returns {(host: HTMLElement) => View}
 */
export function kept(build) {
  /** @type {WeakMap<HTMLElement, View>} */
  const views = new WeakMap();
  return host => {
    const view = views.get(host) ?? build(host);
    views.set(host, view);
    return view;
  };
}

/**
 * A function that says whether `data` differs from what it was told last for this place on the page.
 *
 * @returns {(host: HTMLElement, data: unknown) => boolean}
 */
export function newsFor() {
  /** @type {WeakMap<HTMLElement, string>} */
  const told = new WeakMap();
  return (host, data) => {
    const text = JSON.stringify(data),
      isNews = told.get(host) !== text;
    told.set(host, text);
    return isNews;
  };
}
