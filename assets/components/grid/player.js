// Walking through the positions of the kernel: back, play, forward, a scrubber and the speed.

const STEP_MS = 800; // at 1×
const SPEEDS = [0.5, 1, 2, 4];
const ICONS = {
  back: "M12 3 6 8l6 5zM4 3h1.6v10H4z",
  play: "M5 3v10l8-5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  forth: "m4 3 6 5-6 5zM10.4 3H12v10h-1.6z",
};

function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

function iconButton(label, path, className = "icon") {
  const button = element("button", className);
  button.type = "button";
  button.setAttribute("aria-label", label);
  button.title = label;
  button.append(icon(path));
  return button;
}

class Player {
  /** `onStep(index)` is told each new place in the walk. */
  constructor(onStep) {
    this.onStep = onStep;
    this.index = 0;
    this.length = 1;
    this.speed = 1;
    this.timer = null;
    this.element = element("div", "player");
    this.back = iconButton("One step back", ICONS.back);
    this.toggle = iconButton("Play", ICONS.play, "icon main");
    this.forth = iconButton("One step forward", ICONS.forth);
    this.back.onclick = () => this.step(-1);
    this.toggle.onclick = () => (this.timer === null ? this.play() : this.pause());
    this.forth.onclick = () => this.step(1);
    this.element.append(this.back, this.toggle, this.forth, this.makeScrubber(), this.makeSpeed());
  }

  makeScrubber() {
    this.scrubber = element("input");
    Object.assign(this.scrubber, { type: "range", min: 1, step: 1 });
    this.scrubber.setAttribute("aria-label", "Position of the kernel");
    this.scrubber.oninput = () => {
      this.pause();
      this.go(Number(this.scrubber.value) - 1);
    };
    return this.scrubber;
  }

  makeSpeed() {
    const select = element("select");
    select.setAttribute("aria-label", "Speed");
    select.title = "Speed";
    for (const speed of SPEEDS) select.append(new Option(`${speed}×`, speed, speed === 1, speed === 1));
    select.onchange = () => (this.speed = Number(select.value));
    return select;
  }

  /** A walk over `length` places of `what`, now at `index`. */
  show(index, length, what) {
    this.index = index;
    this.length = length;
    this.what = what;
    this.scrubber.max = length;
    this.scrubber.value = index + 1;
    this.scrubber.setAttribute("aria-valuetext", `${index + 1} of ${length}`);
    this.scrubber.title = `${what} ${index + 1} of ${length}`;
    this.label();
  }

  label() {
    const isPlaying = this.timer !== null;
    const text = isPlaying ? "Pause" : `Play: one ${this.what} after the other, then from the first again`;
    if (this.toggle.title === text) return;
    this.toggle.title = text;
    this.toggle.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    this.toggle.firstChild.firstChild.setAttribute("d", isPlaying ? ICONS.pause : ICONS.play);
  }

  go(index) {
    this.index = (index + this.length) % this.length;
    this.onStep(this.index);
  }

  step(by) {
    this.pause();
    this.go(this.index + by);
  }

  play() {
    const tick = () => {
      this.timer = setTimeout(tick, STEP_MS / this.speed);
      this.go(this.index + 1);
    };
    this.timer = setTimeout(tick, STEP_MS / this.speed / 2);
    this.label();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = null;
    this.label();
  }

  get isPlaying() {
    return this.timer !== null;
  }
}
