"""Starts the app: `cnnviz`, or `python -m cnnviz`; what follows goes to `streamlit run`."""

from __future__ import annotations

import runpy
import sys

from cnnviz.places import APP


def main() -> None:
    """Run the app with its own settings, from wherever this is called; ends when it is stopped."""
    sys.argv = ["streamlit", "run", str(APP / "app.py"), *sys.argv[1:]]
    runpy.run_module("streamlit", run_name="__main__")


if __name__ == "__main__":
    main()
