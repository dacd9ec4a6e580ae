// What Python tells the overview (cnnviz/ui/overview/view.py), and what the browser makes of it.

import type { Size, Tell } from "../shared/types";

export type Span = [first: number, count: number];

export interface Spans {
  rows: Span[];
  columns: Span[];
}

export interface Column {
  name: string;
  title: string;
  note: string;
  isVector: boolean;
  isFolded: boolean;
  count: number;
  /** Rows and columns of a map. */
  cells: Size;
  /** Cells along each axis whose mean is one pixel. */
  side: number;
  sees: Spans;
  /** Palette entries of all maps shown, one after the other. */
  levels: string;
  /** Rows and columns of a map as it is shown. */
  size: Size;
  isSigned: boolean;
  scale: string;
  /** The numbers of the maps shown. */
  channels: number[];
}

export interface Link {
  source: number;
  target: number;
  isSame: boolean;
  offset: number;
  arc: "" | "sum" | "concatenation";
  isIdentity: boolean;
  ratio: string;
  reads: Spans | null;
}

export interface Score {
  index: number;
  name: string;
  score: number;
  text: string;
  share: string;
  isFirst: boolean;
}

export interface Label {
  from: number;
  to: number;
  title: string;
  note: string;
}

export interface Details {
  url: string;
  values: number[];
  terms: ({ at: number; shape: [targets: number, sources: number, rows: number, columns: number] } | null)[];
  without: Record<string, number>;
}

/** Column, number of the map, row and column of the cell. */
export type Chosen = [column: number, channel: number, row: number, at: number];

export interface Data {
  key: string;
  turn: number;
  palettes: { signed: string; positive: string };
  columns: Column[];
  labels: Label[];
  links: Link[];
  photo: { url: string; title: string; alt: string; size: Size } | null;
  scores: Score[];
  details: Details | null;
  chosen: Chosen | null;
  /** Whose hand is answered while it draws, and where. */
  live: { pad: string; address: string } | null;
  alt: string;
  /** Whether a click opens a cell. */
  opens: boolean;
  /** Whether the numbers behind it are asked for only when a hand comes near. */
  isAsleep: boolean;
  /** Whether the likeliest class stands large beside the scores. */
  hasAnswer: boolean;
}

/** What changes with the drawing (cnnviz/ui/overview/digit.py). */
export interface Answer extends Pick<Data, "photo" | "scores" | "alt"> {
  columns: Pick<Column, "levels" | "size" | "isSigned" | "scale" | "channels">[];
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Place {
  x: number;
  width: number;
  top: number;
  bottom: number;
  /** One for each map shown. */
  tiles: Box[];
}

export interface Layout {
  width: number;
  height: number;
  isBelow: boolean;
  top: number;
  bottom: number;
  photo: Box | null;
  columns: Place[];
  scores: Box & { zero: number; unit: number; bar: Box };
}

/** What is pointed at: a column, which of its maps shown, and a cell of it. */
export interface Spot {
  column: number;
  index: number;
  row: number;
  at: number;
}

export interface View {
  root: HTMLElement;
  scroll: HTMLElement;
  sheet: HTMLElement;
  canvas: HTMLCanvasElement;
  base: SVGElement;
  light: SVGElement;
  photo: HTMLImageElement;
  said: HTMLElement;
  count: HTMLElement;
  walk: HTMLElement;
  buttons: Record<"back" | "play" | "next", HTMLButtonElement>;
  data: Data;
  layout: Layout;
  room: number;
  spot: Spot | null;
  pinned: Spot | null;
  numbers: Float32Array | null;
  /** Pictures shown while a hand drew. */
  drawn: number;
  timer: ReturnType<typeof setInterval> | undefined;
  tell: Tell;
}
