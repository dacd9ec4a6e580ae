// What cnnviz/ui/zoo/chart.py sends: places are shares of an axis, from its lower or left end on.

export type Share = number;
export type Corner = [x: Share, y: Share];

export interface Facts {
  title: string;
  note: string;
  rows: [name: string, value: string][];
  words: string;
}

export interface Bubble {
  key: string;
  x: Share;
  y: Share;
  radius: number;
  is_diamond: boolean;
  is_hollow: boolean;
  role: string;
  start: Share | null;
  savings: { x: Share; y: Share; text: string; short: string }[];
  facts: Facts;
}

export interface Name {
  key: string;
  text: string;
  role: string;
  is_minor: boolean;
}

export interface Tick {
  at: Share;
  text: string;
}

export interface Chart {
  bubbles: Bubble[];
  names: Name[];
  best: Corner[];
  best_of_all: Corner[];
  x_ticks: Tick[];
  y_ticks: Tick[];
  x_title: string;
  y_title: string;
  best_title: string;
  key: [radius: number, text: string][];
}

export interface Data {
  chart: Chart;
  /** Pixels between the ends of the upright axis. */
  height: number;
  /** Key of the bubble that is chosen, "" for none. */
  picked: string;
  alt: string;
}

/** A place of the drawing, in pixels. */
export interface Spot {
  x: number;
  y: number;
}
