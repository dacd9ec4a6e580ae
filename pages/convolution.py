"""probe"""
import streamlit as st
from cnnviz.ui import address as a
from cnnviz.ui.links import View
from cnnviz.ui import page
from cnnviz.ui.sliders import Slider, live_sliders
ADDR = a.Address("convolution", [a.pair("kernel_size",(3,3),1,64), a.whole("stride",1,1,8)])
ADDR.arrive()
@st.fragment
def live():
    page.header("What do kernel size, stride, padding and dilation do?", ADDR, {"Presets":[View("two", "kernel_size=2,5&stride=3", "a note"), View("three","stride=4")]})
    v = ADDR.values()
    l, r = st.columns([1,3.4])
    with l:
        live_sliders([Slider("kernel_size","Kernel size","How many cells the kernel is wide", v["kernel_size"][0],1,11), Slider("stride","Stride","how far", v["stride"],1,8)], key="conv_sliders", on_change=lambda ch: ADDR.set(**{k: (x,x) if k=="kernel_size" else x for k,x in ch.items()}))
    with r:
        page.numbers([page.Number("Output shape", str(v))], ["a + b"], "keeps the size")
live()
