// What cnnviz uses of @dagrejs/dagre 3.1.3, whose ES module stands here unchanged.

export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Route extends Place {
  points: { x: number; y: number }[];
}
export class Graph {
  constructor(options?: { multigraph?: boolean });
  setGraph(look: Record<string, unknown>): this;
  graph(): { width: number; height: number };
  setNode(name: string, size: { width: number; height: number }): this;
  setEdge(start: string, end: string, look: Record<string, unknown>): this;
  node(name: string): Place;
  edge(start: string, end: string): Route;
}
export function layout(graph: Graph, how?: { disableOptimalOrderHeuristic?: boolean }): void;
