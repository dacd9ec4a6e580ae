"""Long work that goes on until it is stopped, as a page of its own."""

import time

import streamlit as st

from cnnviz.progress import Progress, report
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.jobs import Task


def work(progress: Progress) -> None:
    while True:
        report(progress, 0.5)
        time.sleep(0.05)


st.header("Work")
long_work(
    "work", lambda: [Task("Working", work)], button="Begin", place="work", help="It goes on.",
    wait="For ever",
)  # fmt: skip
