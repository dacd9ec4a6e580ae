// What cnnviz/ui/mlp/picks.py sends.

/** One thing to choose: its name, what is told of it, and its picture, none as long as it is not known. */
export interface Choice {
  value: string;
  title: string;
  lines: string[];
  alt: string;
  picture: Picture | null;
}

/** Levels of the palette in rows of `cells`, or a line and marks in a square of 100 × 100. */
export interface Picture {
  cells: number;
  levels: string;
  curve: string;
  marks: Mark[];
}

/** Across, down, and the kind: its class, or -1 for a number. */
export type Mark = [x: number, y: number, kind: number];

export interface Data {
  label: string;
  help: string;
  note: string;
  columns: number;
  chosen: string;
  choices: Choice[];
  palette: string;
  heard: number;
  is_busy: boolean;
  pause_ms: number;
  turn: number;
}
