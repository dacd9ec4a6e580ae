// What Python tells the grid (cnnviz/convolution/worked_example.py, cnnviz/ui/convolution/grid.py), and what is made of it.

import type { Place, Plane, Size } from "../shared/types";

export interface Example {
  transposed: boolean;
  stride: Size;
  /** Before and after along the height, then along the width. */
  padding: [number, number, number, number];
  dilation: Size;
  output_padding: Size;
  padding_mode: string;
  groups: number;
  /** All channels, padded unless transposed. */
  input: Plane[];
  in_size: Size;
  padded_size: Size;
  /** First channel that is read, and last + 1. */
  read_channels: [number, number];
  /** The output channel written out. */
  channel: number;
  out_channels: number;
  /** A slice of the kernel for every channel that is read. */
  weight: Plane[];
  bias: number | null;
  kernel_label: string;
  output: Plane;
  /** By row and column of the output: each channel's share. */
  channel_sums: number[][][];
  read_counts: Plane;
  unread: number;
  padding_cells: number;
  skipped: number;
  added: number;
  note: string;
  pinned: Place | null;
  /** Where the walk stands, and the input channel in view where not all are. */
  walk: Place;
  view: number;
  /** Of the input that Python heard last. */
  turn: number;
}

/** Sizes of an example; see geometry.js for anchor and field. */
export interface Geometry {
  kernel: Size;
  stride: Size;
  dilation: Size;
  anchor: Size;
  field: Size;
  inner: Size;
  before: Size;
}

/** A cell and the tap of the kernel that meets it. */
export interface Pair {
  place: Place;
  tap: Place;
}

export type Part = "in" | "kernel" | "out";

/** A cell of one of the grids; `channel` counts among those that are read, null means all of them. */
export interface Target {
  part: Part;
  channel: number | null;
  place: Place;
}

/** The smallest rectangle around some cells, all of it included. */
export type Bounds = [top: number, left: number, bottom: number, right: number];

export interface Layout {
  mode: "line" | "columns" | "phone";
  inputCell: number;
  outputCell: number;
  kernelCell: number;
  /** Input channels seen at once. */
  visible: number;
  /** The most px that input and output may take. */
  rooms: [number, number];
}

/** A cell's node, with what it shows now. */
export interface Cell extends HTMLDivElement {
  place: Place;
  shown?: string;
  worn?: string;
  named?: string;
}
