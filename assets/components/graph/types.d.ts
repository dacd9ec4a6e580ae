/** What Python sends of a network (cnnviz/figures/boxes.py), without what is left at its default. */
export interface Box {
  key: string;
  title: string;
  text?: string;
  number?: string;
  note?: string;
  path?: string;
  rows?: string[];
  role?: "input" | "output" | "flat" | "sum";
  shape?: string;
  skip?: "identity" | "convolution";
  times?: number;
  about?: string;
  is_wrong?: boolean;
  is_waiting?: boolean;
  /** Its shape is what a mend would give. */
  is_new?: boolean;
  inside?: Box[];
  lines?: Line[];
}
/** Start, end, text, whether it goes round others, whether what it brings does not fit. */
export type Line = [start: number, end: number, text: string, isRound: boolean, isWrong: boolean];

export interface GraphData {
  name: string;
  box: Box;
  open: string[];
  /** What the address calls the groups that are unfolded; empty for those at first. */
  word: string;
  selected: string | null;
  alt: string;
  read_only: boolean;
}

export interface Size {
  width: number;
  height: number;
}
export type Point = [x: number, y: number];

/** How wide things are, and which groups are unfolded. */
export interface Look {
  isOpen: (key: string) => boolean;
  size: (box: Box) => Size;
  head: (box: Box) => { title: number; note: number };
  label: (text: string) => number;
}

/** A box with its place in the group around it, and what is in it. */
export interface Laid extends Size {
  box: Box;
  x: number;
  y: number;
  enter: number;
  leave: number;
  isOpen: boolean;
  inside: Laid[];
  lines: Route[];
}
export interface Route {
  points: Point[];
  text: string;
  at: Point;
  isRound: boolean;
  isWrong: boolean;
  isAside: boolean;
}
