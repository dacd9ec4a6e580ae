// Spares Streamlit's page what a run has not changed. Each run tells all of the page its state a few times, and Streamlit then
// draws every element and every container anew, with the same outcome (cnnviz/ui/serving/redrawing.py puts this into its script).
// Streamlit itself knows what is unchanged: there a node has the element that it had before.

/** @typedef {{ type: string, [name: string]: any }} Content of an element: a widget under its type, among others */
/** @typedef {{ element?: Content, fragmentId?: string }} Told an element's or a container's node, as the server told it */
/** @typedef {{ node: Told, [name: string]: unknown }} Props of what draws a node */
/** @typedef {(props: Props) => unknown} Drawn */
/** @typedef {{ memo: (drawn: Drawn, isSame: (before: Props, now: Props) => boolean) => Drawn, useState: (first: boolean) => [boolean, (is: boolean) => void], useEffect: (effect: () => void | (() => void), of: unknown[]) => void }} React */

const HANDED_OVER = ["setValue", "value", "rawValue", "rawValues"];
const LATE = 400; // ms after which what was asked for anew is said to be old; most answers are there by then

/** @type {WeakMap<Drawn, Drawn>} */
const sparing = new WeakMap();

/** What draws a node, where it or its state is another one.
 *
 * @param {React} react
 * @param {Drawn} drawn
 */
export function whereChanged({ memo }, drawn) {
  const known = sparing.get(drawn) ?? memo(drawn, isSame);
  sparing.set(drawn, known);
  return known;
}

/** @param {Props} before @param {Props} now */
function isSame(before, now) {
  const names = Object.keys(now);
  return (
    names.length === Object.keys(before).length &&
    names.every(name => before[name] === now[name] || (name === "node" && isSameNode(before.node, now.node)))
  );
}

/** @param {Told} before @param {Told} now */
const isSameNode = (before, now) =>
  before.element !== undefined &&
  before.fragmentId === now.fragmentId &&
  (before.element === now.element || isOnlyHandedOver(before.element, now.element));

/** Whether two elements differ in nothing but a value that Python has set before and does not set again: a widget has taken
 * it, and the one it has now is its own.
 *
 * @param {Content} before
 * @param {Content | undefined} now
 */
function isOnlyHandedOver(before, now) {
  const { type } = before,
    widget = before[type],
    then = now?.[type];
  const isOne = now?.type === type && widget && Object.hasOwn(widget, "setValue") && !then.setValue;
  return isOne && isEqual(before, now, [type]) && isEqual(widget, then, HANDED_OVER);
}

/** @param {unknown} one @param {unknown} other @param {string[]} [besides] @returns {boolean} */
function isEqual(one, other, besides = []) {
  if (one === other) return true;
  if (!(one instanceof Object && other instanceof Object)) return false;
  const [names, others] = [one, other].map(each => Object.keys(each).filter(name => !besides.includes(name)));
  return names.length === others.length && names.every(name => isEqual(one[name], other[name]));
}

/** Whether what waits for a run has waited long enough to be shown as old: to be old for a moment would be two drawings more.
 *
 * @param {React} react
 * @param {boolean} isOld
 */
export function isLate({ useState, useEffect }, isOld) {
  const [hasWaited, wait] = useState(false);
  useEffect(() => {
    if (!isOld) wait(false);
    if (!isOld) return;
    const timer = setTimeout(() => wait(true), LATE);
    return () => clearTimeout(timer);
  }, [isOld, wait]);
  return isOld && hasWaited;
}
