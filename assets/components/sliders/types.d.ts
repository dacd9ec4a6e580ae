// What Python tells the sliders (cnnviz/ui/sliders.py), and what they keep.

import type { sender } from "../shared/sender";
import type { Tell } from "../shared/types";

export type Value = number | string;

export interface Slider {
  name: string;
  label: string;
  help: string;
  value: Value;
  min: number;
  max: number;
  step: number;
  /** Named stops; the slider then stands at their positions. */
  options?: { value: Value; label: string }[];
}

export interface Data {
  sliders: Slider[];
  /** The turn of the last word that was heard. */
  heard: number;
  wide: boolean;
  rests: boolean;
  reaches: boolean;
  query?: string;
  context: string;
  /** JSON of `Told`. */
  ahead: string | null;
}

/** What a slider leads to, stop by stop: the data of components by their names. */
export type Views = Record<Value, Record<string, object>>;

/** What Python has computed ahead: all stops of one slider, or the nearest of each. */
export interface Told {
  is_whole: boolean;
  views: Record<string, Views>;
}

/** What a slider leads to, with what has to be as it was for it to hold. */
export interface Known {
  views: Views;
  is_whole: boolean;
  context: string;
  others: Record<string, Value>;
}

export interface Row {
  root: HTMLElement;
  range: HTMLInputElement;
  number: HTMLInputElement;
  label: HTMLElement;
  slider: Slider;
  /** Says why a number was not taken; "" that all is well. */
  refuse: (sentence: string) => void;
  /** The turn of the word that tells its last move. */
  turn: number;
  /** When the hand last moved it. */
  touched: number;
}

export type Moved = (row: Row, position: number) => void;

export interface State {
  root: HTMLElement;
  rows: Row[];
  names: string;
  /** Of the last word. */
  turn: number;
  heard: number;
  hand: ReturnType<typeof sender<number>>;
  setStateValue: Tell;
  setTriggerValue: Tell;
  rests: boolean;
  reaches: boolean;
  context: string;
  /** By slider. */
  ahead: Record<string, Known | undefined>;
  /** The row moved last. */
  last?: Row;
  asked: string;
  askedAt: number;
  said: Record<string, string>; // the terms as the sliders stood before the last move
}
