// What every component is handed and draws with. Types only: no browser ever sees this file.

/** What Streamlit hands a component at every run that shows it; `data` is what Python sent. */
export interface Run<Data> {
  data: Data;
  parentElement: HTMLElement;
  setStateValue: Tell;
  setTriggerValue: Tell;
}

/** Tells Python: a state's last value stays, a trigger's counts for the one run it causes. */
export type Tell = (name: string, value: unknown) => void;

/** Row and column, from 0. */
export type Place = [row: number, column: number];

/** Rows and columns, or height and width. */
export type Size = [height: number, width: number];

/** A rectangle of pixels: the last row and column are just outside of it. */
export type Box = [top: number, left: number, bottom: number, right: number];

/** What `setTimeout` gives; undefined where nothing waits. */
export type Timer = ReturnType<typeof setTimeout> | undefined;

/** Numbers in rows. */
export type Plane = number[][];

declare global {
  interface WindowEventMap {
    "cnnviz:ahead": CustomEvent<Ahead>;
    "cnnviz:drawn": CustomEvent<Drawn>;
  }
  interface DocumentEventMap {
    "cnnviz:layer": CustomEvent<string | null>;
    "cnnviz:previewed": CustomEvent<Record<string, string> | null>;
  }
  interface HTMLElementEventMap {
    "cnnviz:layer": CustomEvent<string | null>;
    "cnnviz:previewed": CustomEvent<Record<string, string> | null>;
  }
}

/** A step of showing what Python computed ahead: the data of components by their names. */
export interface Ahead {
  step: "ask" | "prepare" | "show";
  views: Record<string, object>;
  shown: Set<string>;
}

/** What lies on a pad: its grey values so far, row by row, or the name of a sample digit. Who answers it prevents the default. */
export interface Drawn {
  pad: string;
  sheet: string;
}
