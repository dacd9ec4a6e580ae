"""Pastes that must be refused, each with the line on which it goes wrong."""

from __future__ import annotations

CLASS = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {init}
    def forward(self, x):
        {forward}
"""
DEEP = 400
TV = "from torchvision import models\n"


def net(init: str = "pass", forward: str = "return x") -> str:
    """A class with one line to refuse: line 4 in __init__, line 6 in forward."""
    return CLASS.format(init=init, forward=forward)


# name: (text, line that is named)
HOSTILE: dict[str, tuple[str, int]] = {
    # reaching for the computer
    "import os": ("import torch\nimport os\nos.system('id')", 3),
    "import os as nn": ("import os as nn\nnn.system('id')", 2),
    "from os import system": ("from os import system\nsystem('id')", 2),
    "import torch, subprocess": ("import torch, subprocess", 1),
    "import a submodule": ("import importlib.util", 1),
    "a relative import": ("from . import secrets", 1),
    "a dunder import": ("\n\n__import__('os').system('id')", 3),
    "exec": ("x = 1\nexec('import os')", 2),
    "eval in a class": (net("self.c = eval('nn.Conv2d(3, 6, 5)')"), 4),
    "compile": ("compile('1', 'a', 'exec')", 1),
    "open": ("data = open('/etc/passwd')", 1),
    "exec as a default": ("def f(a=exec):\n    pass", 1),
    "exec renamed": ("run = exec\nrun('1')", 1),
    "exec in an f-string": ("x = f'{exec(1)}'", 1),
    "exec in a main guard": ("import torch\nif __name__ == '__main__':\n    exec('1')", 3),
    "globals": ("globals()['nn'] = 1", 1),
    "breakpoint": ("breakpoint()", 1),
    "input": ("x = input()", 1),
    # reaching for Python's insides
    "subclasses": ("().__class__.__bases__[0].__subclasses__()", 1),
    "a dunder attribute": (net("self.__class__ = nn.Linear"), 4),
    "a dunder method": ("class Net(nn.Module):\n    def __getattr__(self, n):\n        pass", 2),
    "a dunder by getattr": (net("getattr(self, '__class__')"), 4),
    "a dunder by setattr": (net("setattr(self, '__dict__', 1)"), 4),
    "a dunder keyword": ("net = dict(__builtins__=1)", 1),
    "a dunder argument": ("def f(__x__):\n    pass", 1),
    "a dunder alias": ("import torch as __builtins__", 1),
    "a metaclass": ("class Net(nn.Module, metaclass=type):\n    pass", 1),
    "a decorator": ("@print\nclass Net(nn.Module):\n    pass", 2),
    "a walrus": ("(x := 3)", 1),
    "async": ("async def f():\n    pass", 1),
    "yield": ("def f():\n    yield 1\nnet = nn.Sequential(f())", 2),
    "global": ("def f():\n    global nn\nnet = nn.Sequential(f())", 2),
    "del": ("x = 1\ndel x\nnn.ReLU(x)", 3),
    "try": ("try:\n    pass\nexcept ValueError:\n    pass", 1),
    "a while loop": (net("while True:\n            pass"), 4),
    "a match statement": ("x = 1\nmatch x:\n    case 1:\n        pass", 2),
    "bytes": ("x = b'abc'", 1),
    "a complex number": ("x = 3j", 1),
    "getattr on torch": (net("self.net = getattr(torch, 'load')('model.pt')"), 4),
    "torch.load": (net("self.net = torch.load('model.pt')"), 4),
    "torch.hub": (net("self.net = torch.hub.load('a', 'b')"), 4),
    "torch.ops": (net("torch.ops.load_library('a.so')"), 4),
    "a Linear with a device": (net("self.fc = nn.Linear(3, 3, device='cuda')"), 4),
    # eating memory and time
    "a huge number": ("x = 99999999999999999999999999", 1),
    "a large number": ("net = nn.Linear(4000000000, 10)", 1),
    "a huge layer": (net("self.fc = nn.Linear(3, 999999999)"), 4),
    "a power": ("x = 9 ** 9 ** 9", 1),
    "a shift": ("x = 1 << 999999", 1),
    "a product that grows": (net("x = 1\n        for i in range(99):\n            x = x * 999"), 6),
    "a text that grows": (net("x = 'a'\n        for i in range(300):\n            x = x + x"), 6),
    "a repeated list": (net("x = [0] * 999999999"), 4),
    "a repeated text": (net("x = 'a' * 999999999"), 4),
    "a list that doubles": (net("x = [0]\n        for i in range(99):\n            x = x + x"), 6),
    "nested lists compared": (
        net("a = [0]\n        b = [0]\n        for i in range(60):\n            a = [a, a]\n"
            "            b = [b, b]\n        a == b"), 7),
    "a list in itself": (net("a = []\n        a.append(a)\n        a == a"), 5),
    "pairs of pairs": (
        "import torch.nn as nn\na = (1, 1)\nfor i in range(60):\n    a = (a, a)\n"
        "net = nn.Sequential(nn.Conv2d(a, 3, 3))", 4),
    "a list added to itself": (net("a = [0]\n        for i in range(60):\n            a += a"), 6),
    "pairs made by zip": (
        net("a = [0, 0]\n        for i in range(60):\n            a = zip(a, a)"), 6),
    "pairs made by enumerate": (
        net("a = [0, 0]\n        for i in range(60):\n            a = [enumerate(a), a]"), 6),
    "pairs in a dict": (
        net("a = {'x': 0}\n        for i in range(60):\n            a = {'x': a, 'y': a}"), 6),
    "pairs given back by a function": (
        "def f(a):\n    return (a, a)\nx = 0\nfor i in range(60):\n    x = f(x)", 2),
    "dicts of lists compared": (
        net("a = [[0]]\n        b = [[0]]\n        {'x': a} == {'x': b}"), 6),
    "methods of lists compared": (
        net("a = [[0]]\n        b = [[0]]\n        a.append == b.append"), 6),
    "a list sought in lists": (net("a = [[0]]\n        b = [a, a]\n        a in b"), 6),
    "a size that is a module of modules": (
        net("s = nn.ReLU()\n        for i in range(40):\n            s = nn.Sequential(s, s)\n"
            "        self.c = nn.Conv2d(s, 3, 3)"), 7),
    "an argument that is not built, of lists": (
        net("self.c = nn.MaxPool2d(2, return_indices=[[0] * 500] * 3)"), 4),
    "a format width": (net("x = f'{1:999999999}'"), 4),
    "an old format width": (net("x = '%999999999d' % 1"), 4),
    "a format with a width in it": (net("x = '{:>999999999}'.format(1)"), 4),
    "a text filled up": (net("x = 'a'.ljust(999999999)"), 4),
    "a path that grows": (net("x = torch\n        for i in range(500):\n            x = x.a"), 6),
    "a row of base classes": (
        "class A0(nn.Module):\n    pass\n"
        + "".join(f"class A{i}(A{i - 1}):\n    pass\n" for i in range(1, 1_500)), 2_999),
    "a huge range": (net("x = [0 for i in range(10000000)]"), 4),
    "a comprehension bomb": (
        net("x = [[[0 for a in range(500)] for b in range(500)] for c in range(500)]"), 4),
    "two loops in one line": (net("x = [0 for a in range(500) for b in range(500)]"), 4),
    "nested loops": (
        net("for a in range(500):\n            for b in range(500):\n                pass"), 5),
    "recursion": (net("self.f()\n    def f(self):\n        self.f()"), 5),
    "a class that makes itself": (net("self.net = Net()"), 2),
    "mutual recursion": ("def f(x):\n    return g(x)\ndef g(x):\n    return f(x)\nx = f(1)", 1),
    "a Sequential in itself": (
        net("self.s = nn.Sequential()\n        self.s.append(self.s)", "return self.s(x)"), 7),
    "doubled Sequentials": (
        net("s = nn.ReLU()\n        for i in range(40):\n            s = nn.Sequential(s, s)\n"
            "        self.s = s", "return self.s(x)"), 9),
    "a module in itself": (net("self.me = self", "return self.me(x)"), 5),
    "too many layers": (
        net("self.r = nn.ReLU()", "for i in range(590):\n            x = self.r(x)\n"
            "        return x"), 7),
    "400 layers": ("nn.Sequential(" + "nn.ReLU()," * 150 + "\n" + "nn.ReLU()," * 180 + ")", 1),
    "400 sums": (
        net("self.r = nn.ReLU()", "y = x\n        for i in range(400):\n"
            "            y = self.r(y) + x\n        return y"), 8),
    "channels doubled 400 times": (
        net("pass", "for i in range(400):\n"
            "            x = torch.cat([x, x], 1)\n        return x"), 1),
    # making the parser work
    "deep brackets": ("x = 1\nx = " + "(" * DEEP + ")" * DEEP, 2),
    "deep lists": ("[" * DEEP, 1),
    "deep calls": ("nn.Sequential(" * DEEP + ")" * DEEP, 1),
    "many signs": ("x = " + "-" * 1_900 + "1", 1),
    "many nots": ("x = " + "not " * 450 + "1", 1),
    "a long sum": ("x = " + "+".join("1" * 900), 1),
    "a long chain of dots": ("x = a" + ".a" * 900, 1),
    "a long comparison": ("x = " + "<".join("1" * 900), 1),
    "deep blocks": ("".join(" " * level + "if 1:\n" for level in range(60)) + " " * 60 + "1", 32),
    "elif without end": ("if 1: pass\n" + "elif 1: pass\n" * 3_000, 1),
    "a lambda in a lambda": ("x = " + "lambda: " * 60 + "1", 1),
    "a long line": ("x = 1\n#" + "a" * 3_000, 2),
    "a long text": ("x = '" + "a" * 1_900 + "'\n" + "y = '''" + "a\n" * 5_000 + "'''", 2),
    "megabytes of text": ("nn.ReLU()\n" * 500_000, 8_001),
    "megabytes in a line": ("a" * 5_000_000, 1),
    "many lines": ("x = [1, 2, 3]\n" * 5_000, 2_500),
    "an open bracket": ("x = 1\ny = (2", 2),
    "an open text": ("x = 1\ny = '''2", 2),
    "wrong indentation": ("def f():\n        x = 1\n    y = 2", 3),
    "no Python": ("x = 1\nthis is no Python", 2),
    # looking like something else
    "letters of another width": ("import torch\nｅｘｅｃ('1')", 2),
    "Greek letters": ("νn.Conv2d(3, 6, 5)", 1),
    "Cyrillic letters": ("import torch\nnn.Соnv2d(3, 6, 5)", 2),
    "text turned around": ("x = 1\n# \u202e } \u2066 return", 2),
    "an invisible space": ("x = 1\ny\u200b = 2", 2),
    "a null character": ("x = 1\ny = '\x00'", 2),
    "an escape sequence": ("x = '\x1b[2J'", 1),
    "another line end": ("x = 1 # \u2028exec('1')", 1),
    "digits of another alphabet": ("nn.Linear(٣, 10)", 1),
    # what is no network of the builder
    "nothing": ("", 1),
    "only a comment": ("# a network", 1),
    "numbers": ("x = 3", 1),
    "a layer that is not known": (net("self.l = nn.LSTM(3, 3)"), 4),
    "an argument that is not known": (net("self.l = nn.Conv2d(3, 3, 3, colour=1)"), 4),
    "too many arguments": (net("self.l = nn.ReLU(1, 2, 3, 4)"), 4),
    "a missing argument": (net("self.l = nn.Conv2d(3, 6)"), 4),
    "a wrong value": (net("self.l = nn.Conv2d(3, 6, 'big')"), 4),
    "shared weights": (
        net("self.c = nn.Conv2d(3, 3, 3)", "x = self.c(x)\n        return self.c(x)"), 7),
    "rows laid together": (net("pass", "return torch.cat([x, x], 2)"), 6),
    "a quotient of paths": (net("self.c = nn.Conv2d(3, 3, 1)", "return x / self.c(x)"), 6),
    "a choice by the picture": (net("pass", "if x.size(2) > 3:\n            return x"), 6),
    "a choice by the numbers": (net("pass", "if x:\n            return x"), 6),
    "an unknown view": (net("pass", "return x.view(3, 4, 5)"), 6),
    "an index into the picture": (net("pass", "return x[0]"), 6),
    "an output that is no tensor": (net("pass", "return x.shape"), 5),
    "no forward": ("class Net(nn.Module):\n    pass", 1),
    "no base class": ("x = 1\nclass Net:\n    pass", 2),
    "a base that is not known": ("class Net(Other):\n    pass", 1),
    "a missing value": ("class Net(nn.Module):\n    def __init__(self, depth):\n        pass", 2),
    "a raised error": (net("raise ValueError('no')"), 4),
    "a trial pass that grows without end": (
        net("up = nn.Upsample(scale_factor=64)\n        y = torch.zeros(1, 1, 28, 28)\n"
            "        for _ in range(590):\n            y = up(y)\n"
            "        self.l = nn.Linear(y.numel(), 3)", "return self.l(torch.flatten(x, 1))"), 7),
    # networks of torchvision
    "a head of a thousand million": (TV + "net = models.resnet18(num_classes=10**9)", 2),
    "a head of none": (TV + "net = models.get_model('vgg11', num_classes=0)", 2),
    "a head that is a network": (
        TV + "net = models.resnet18(num_classes=models.resnet18())", 2),
    "five hundred networks": (TV + "nets = [models.resnet101() for _ in range(500)]", 2),
    "a forward put into a part": (
        TV + "net = models.resnet18()\nnet.layer1.forward = lambda x: x", 3),
    # printouts
    "a printed LSTM": ("Net(\n  (lstm): LSTM(10, 20)\n)", 2),
    "printed code": ("Net(\n  (a): Conv2d(__import__('os'), 3, 3)\n)", 2),
    "a printed huge layer": ("Net(\n  (a): Linear(in_features=3, out_features=999999999999)\n)", 2),
    "a printout cut off": ("Net(\n  (a): ReLU()\n  (b): Sequential(\n    (0): ReLU()", 4),
    "a printout with a bracket too many": ("Net(\n  (a): ReLU()\n)\n)", 4),
    "a printout and more": ("Net(\n  (a): ReLU()\n)\nimport os", 4),
    "a line that is not printed": ("Net(\n  (a): ReLU()\n  import os\n)", 3),
    "deep printed modules": ("Net(\n" + "  (a): Sequential(\n" * 300, 14),
    "many printed copies": ("Net(\n  (0-9): 9999 x ReLU()\n)", 2),
    "copies of copies": (
        "Net(\n  (a): Sequential(\n    (0-1): 250 x Sequential(\n      (0-1): 250 x Sequential(\n"
        "        (0-1): 250 x ReLU()\n      )\n    )\n  )\n)", 4),
    "copies of copies of nothing": (
        "Net(\n" + "".join(" " * 2 * i + "  (0-1): 250 x Sequential(\n" for i in range(9))
        + "  (0): Sequential()\n" + ")\n" * 10, 11),
    "a printed value that is none": ("Net(\n  (a): Dropout(p=nan, inplace=False)\n)", 2),
    "a printed branch": ("Net(\n  (a): ReLU()\n  (b): Inception(\n    (c): ReLU()\n  )\n)", 3),
}  # fmt: skip
