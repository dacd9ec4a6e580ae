// A press on the mark of a term explains it and does nothing else. Streamlit lays the mark of a switch or a check box
// into its label, which takes every press for its own: who asked what a word means had turned it on. It stands in the
// document beside the search (cnnviz/ui/serving/document.py).

const MARK = "label [data-testid=stTooltipIcon]";

window.addEventListener(
  "pointerdown",
  event => {
    if (event.target instanceof Element && event.target.closest(MARK)) event.stopPropagation();
  },
  { capture: true },
);
