"""What a call gives: a layer, an object of a class of the code, or the flow behind either."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from cnnviz.builder.reading.elsewhere.exported import HOME, Aligned, sizes_made_by
from cnnviz.builder.reading.elsewhere.libraries import Libraries
from cnnviz.builder.reading.elsewhere.torchvision_networks import NOT_READ, network_called
from cnnviz.builder.reading.errors import CodeError, ElsewhereError
from cnnviz.builder.reading.expressions import A_COMMA
from cnnviz.builder.reading.flows import add_flows, apply
from cnnviz.builder.reading.hints import shape_of
from cnnviz.builder.reading.machine import (
    MAX_CALLS,
    MAX_ITEMS,
    Given,
    Scope,
    TooMuchError,
    bounded,
    line_of,
)
from cnnviz.builder.reading.paths import as_large_as, joined, padded
from cnnviz.builder.reading.tensors.channels_last import with_channels_first
from cnnviz.builder.reading.tensors.parts import parts_of
from cnnviz.builder.reading.tensors.trials import (
    UNKNOWN,
    behind_layer,
    behind_method,
    of_numbers,
)
from cnnviz.builder.reading.tensors.whole import why_not_whole
from cnnviz.builder.reading.torch_names import nearest
from cnnviz.builder.reading.values import (
    Extent,
    Flow,
    Instance,
    Known,
    Leaf,
    Learnt,
    Method,
    Module,
    Noise,
    Partial,
    Picture,
    Row,
    Super,
    Symbol,
    UserClass,
    UserFunction,
)
from cnnviz.builder.reading.vocabulary import (
    FUNCTIONS,
    KINDS,
    FromTheEnd,
    layer_named,
    layer_of_function,
    operation_named,
    padding_of,
)
from cnnviz.models.specs import (
    ACTIVATIONS,
    MAX_LAYERS,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    ConvTranspose2d,
    Layer,
    LogSoftmax,
    PReLU,
    Softmax,
)

HOMES_OF_FUNCTIONS = ("torch", "torch.nn.functional")
HARMLESS = ("torch.nn.init.", "torch.manual_seed", "torch.set_num_threads", "print")
WRAPPERS = (
    "torch.nn.DataParallel", "torch.nn.parallel.DataParallel", "torch.compile", "copy.deepcopy",
    "torch.nn.utils.spectral_norm", "torch.nn.utils.weight_norm",
    "torch.nn.parallel.DistributedDataParallel", "torch.jit.script", "torch.autograd.Variable",
)  # fmt: skip
TAKE_OVER = {"__call__", "__getattr__", "__getattribute__", "__setattr__", "__new__", "__iter__"}
MATH = ("math.prod", "math.sqrt", "math.ceil", "math.floor", "math.log2", "math.log", "math.pow",
        "numpy.prod", "math.gcd", "numpy.ceil", "numpy.floor", "numpy.sqrt",
        "numpy.log2")  # fmt: skip
STAYS = ("to", "cuda", "cpu", "half", "float", "double", "apply", "eval", "train",
         "requires_grad_", "load_state_dict")  # fmt: skip
SIGNS: dict[str, ast.operator] = {
    "add": ast.Add(), "mul": ast.Mult(), "multiply": ast.Mult(), "sub": ast.Sub(),
    "subtract": ast.Sub(), "div": ast.Div(),
}  # fmt: skip
ELEMENTWISE = tuple(set(ACTIVATIONS) - {Softmax, LogSoftmax, PReLU})
PLACES = r"(cpu|cuda|mps|xpu|hpu|xla|meta|npu)(:\d{1,3})?"
NOISE = ("torch.randn_like", "torch.randn")
T = TypeVar("T")
REDUCED = {"torch.mul": "product", "torch.sub": "difference", "torch.add": "sum"}
CATS = ("torch.cat", "torch.concat", "torch.concatenate")
# What torch says on a machine without a GPU, as the server is one.
NOT_HERE = {
    "torch.cuda.is_available": False, "torch.backends.mps.is_available": False,
    "torch.cuda.device_count": 0,
}  # fmt: skip
# Libraries whose functions make whole networks.
MODEL_LIBRARIES = (
    "timm", "transformers", "segmentation_models_pytorch", "monai", "efficientnet_pytorch",
    "pretrainedmodels", "ultralytics", "diffusers", "mmseg", "mmdet", "torch_geometric",
)  # fmt: skip
OF_DATA = ("torch.Tensor", "torch.FloatTensor")  # of a list they make its numbers, not its sizes
LINSPACE = ("torch.linspace", "numpy.linspace")
LEARNT = ("torch.nn.Parameter", "torch.nn.parameter.Parameter")
HAVE_WEIGHTS = ("bias", "affine", "num_parameters")


class Calls(Libraries):
    """The part that reads calls."""

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        target = self.evaluate(node.func, scope)
        if isinstance(target, Known) and target.path.startswith(HARMLESS):
            if target.path.startswith("torch.nn.init."):
                self.begun[node.lineno] = node.end_lineno or node.lineno
            return None
        if isinstance(target, Known) and target.path == "super":
            if scope.instance is None or scope.owner is None:
                raise self.refusal(node, "super() stands outside a method.")
            return Super(scope.instance, scope.owner)
        if isinstance(target, Method) and target.name in STAYS and _is_kept(target.owner):
            self._check_place(target.name, node)
            return target.owner
        if isinstance(target, Known) and target.path in WRAPPERS and node.args:
            return self.evaluate(node.args[0], scope)
        match target, node.args:
            case Method(owner=list() as values, name="extend"), [ast.GeneratorExp() as items]:
                if len(items.generators) == 1:  # an item may read those before it
                    return self.extend(values, items, scope)
        args = self.elements(node.args, scope)  # first, as Python does: one may change what follows
        kwargs: dict[str, Any] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                more = self.dict_of(keyword.value, scope)
            else:
                more = {keyword.arg: self.evaluate(keyword.value, scope)}
            if twice := kwargs.keys() & more.keys():
                raise self.refusal(node, f"{min(twice)[:40]} is given twice.")
            kwargs |= more
        given = Given(node, scope, args, kwargs)
        return bounded(self.call(target, given), node)

    def _check_place(self, name: str, node: ast.Call) -> None:
        """Make sure that a module is sent to a place that torch knows; apply sets weights."""
        if name == "apply":
            self.begun[node.lineno] = node.end_lineno or node.lineno
        for given in node.args if name == "to" else ():
            place = given.value if isinstance(given, ast.Constant) else None
            if isinstance(place, str) and not re.fullmatch(PLACES, place):
                raise self.refusal(node, f"torch knows no device {place[:20]!r}.")

    def call(self, target: Any, given: Given) -> Any:
        """What a call of a value gives.

        Raises:
            CodeError: the value cannot be called, or not with these arguments.
        """
        self.spend(given.node)
        match target:
            case Known():
                return self._known(target.path, given)
            case UserClass():
                return self.instantiate(target, given)
            case UserFunction():
                self.called.add(id(target.definition))
                sizes = sizes_made_by(target.definition)
                if sizes and _are(given.args) and not given.kwargs:
                    return Aligned(given.args, sizes)
                if target.instance is not None:
                    given = given.behind(target.instance)
                inner = given.scope.inner(target.instance, target.owner, target.around)
                return self.run_function(target.definition, given, inner)
            case Partial():
                return self.call(
                    target.target,
                    replace(given.behind(*target.args), kwargs=target.kwargs | given.kwargs),
                )
            case Method():
                return self.call_method(target, given)
            case Module():
                return self._call_module(target, given)
        if isinstance(target, tuple) and any(isinstance(item, Module) for item in target):
            raise self.refusal(given.node, A_COMMA)
        if isinstance(target, Flow):
            reason = "this is a tensor, which cannot be called: an operator may be missing."
            raise self.refusal(given.node, reason)
        raise self.refusal(given.node, "this cannot be called, or not with these arguments.")

    def _call_module(self, module: Module, given: Given) -> Any:
        match given.args:
            case [Picture() as picture, *_] if not self.is_flowing:
                if picture.is_made:
                    self.fed.append(picture.shape)
                is_inside = given.scope.instance is not None and len(given.args) == 1
                return self._tried(module, picture, given) if is_inside else UNKNOWN
            case [] if (named := _with_input_first(module, given)) is not None:
                return self._call_module(module, named)
            case [Flow() as flow, *more] if isinstance(module, Instance):
                return self._through_instance(module, flow, replace(given, args=more))
            case [list() | tuple() as flows, *more] if isinstance(module, Instance) and _are(flows):
                return self._through_instance(module, flows, replace(given, args=more))
            case [Flow() as flow] if not given.kwargs:
                return self.pass_through(module, flow, given)
            case [Flow() as flow] if set(given.kwargs) == {"output_size"}:
                return self._with_output_size(module, flow, given)
            case [Module(), *_]:
                reason = "here a layer is given to a layer: its picture in brackets is missing."
                raise self.refusal(given.node, reason)
            case [Flow(), *_]:
                name = next(iter(given.kwargs), "a second argument")
                raise self.refusal(given.node, f"a layer takes a picture, and no {name[:40]}.")
        raise self.refusal(given.node, "a layer is called with a picture, and here it gets none.")

    def _tried(self, module: Module, picture: Picture, given: Given) -> Any:
        """What comes of a tensor that a network sends through its own layers to learn a size."""
        self.spend(given.node)
        match module:
            case Leaf():
                return self.checked(given.node, behind_layer, picture, module.layer)
            case Row(is_list=False):
                for child in module.modules():
                    picture = self._tried(child, picture, given)
                return picture
            case Instance() if found := module.of.find("forward"):
                inner = given.scope.inner(module, found[0])
                taken = Given(given.node, inner, [module, picture])
                return self.run_function(found[1], taken, inner)
            case Instance() if module.of.is_row and not module.of.is_list:
                return self._tried(module.row, picture, given)
        return UNKNOWN

    def pass_through(self, module: Module, flow: Flow, given: Given) -> Flow:
        """The flow behind a module.

        Raises:
            CodeError: its weights are used twice, or it has no forward that is read.
        """
        self.spend(given.node)
        if given.scope.depth > MAX_CALLS:
            reason = f"modules stand more than {MAX_CALLS} deep in each other."
            raise TooMuchError(reason, line_of(given.node))
        match module:
            case Leaf():
                return self._through_leaf(module, flow, given)
            case Row(is_list=False):
                within = given.scope.inner()
                between = Given(ast.Pass(lineno=line_of(given.node)), within)
                children = module.modules()
                for place, child in enumerate(children, 1):
                    is_last = place == len(children)
                    after = Given(given.node, within) if is_last else between
                    flow = self.pass_through(child, flow, after)
                return flow
            case Instance():
                return self._one_of(self._through_instance(module, flow, given), module, given)
        reason = "an nn.ModuleList has no forward of its own: go through it in a loop."
        raise self.refusal(given.node, reason)

    def _through_leaf(self, leaf: Leaf, flow: Flow, given: Given) -> Flow:
        has_weights = any(name in leaf.layer.values for name in HAVE_WEIGHTS)
        if has_weights and id(leaf) in self.late:
            self.notes[
                f"The {leaf.layer.kind} of line {line_of(given.node)} is made in forward: torch "
                "makes it anew at every call, so that it is never trained, and does not count its "
                "parameters."
            ] = None
        if has_weights and id(leaf) in self.used:
            raise self.refusal(
                given.node,
                f"this {leaf.layer.kind} is used twice; layers that share weights are not read.",
            )
        self.used[id(leaf)] = leaf
        after = self.applied(flow, leaf.layer, given)
        self.leaf_of.setdefault(after.key, leaf)
        return after

    def _with_output_size(self, module: Module, flow: Flow, given: Given) -> Flow:
        """The flow behind a transposed convolution that is told how large its output is."""
        if not isinstance(module, Leaf) or not isinstance(module.layer, ConvTranspose2d):
            raise self.refusal(given.node, "only a ConvTranspose2d takes an output_size.")
        if id(module) in self.used:
            return self._through_leaf(module, flow, given)  # which refuses it
        self.used[id(module)] = module
        after = self._as_large_as(flow, module.layer, given.kwargs["output_size"], given)
        self.leaf_of[after.key] = module
        return after

    def _through_instance(self, instance: Instance, flow: Any, given: Given) -> Any:
        """What the forward of an object returns: one tensor, or several for the code around it."""
        if "forward" in instance.attributes:  # set anew, on the object
            return self._through_own_forward(instance, flow, given)
        found = instance.of.find("forward")
        is_plain = isinstance(flow, Flow) and not instance.of.is_list
        if found is None and instance.of.is_row and is_plain:
            return self.pass_through(instance.row, flow, given)
        if found is None and instance.leaf is not None and is_plain:
            return self.pass_through(instance.leaf, flow, given)
        if found is None:
            raise self._no_forward(instance, given)
        owner, definition = found
        inner = given.scope.inner(instance, owner)
        if not definition.args.args and definition.args.vararg is None:
            raise self.refusal(definition, "forward lacks its first argument, self.")
        taken = Given(given.node, inner, [instance, flow, *given.args], given.kwargs)
        after = self.run_function(definition, taken, inner)
        if after is None:
            reason = "forward returns nothing: its last line has to be a return."
            raise self.refusal(definition, reason)
        return self._closed(after, definition)

    def _through_own_forward(self, instance: Instance, flow: Any, given: Given) -> Any:
        """What a function returns that was set as the forward of one object: it gets no self."""
        function = instance.attributes["forward"]
        if not isinstance(function, UserFunction):
            raise self.refusal(given.node, "forward of this object is set to what is no function.")
        after = self.call(function, replace(given, args=[flow, *given.args]))
        return self._closed(after, function.definition)

    def _closed(self, after: Any, definition: ast.FunctionDef) -> Any:
        """What a forward returns; an activation outside is a layer of its own, and of no block."""
        match after:
            case Flow():
                self.check_whole(after, definition)
                return after if after.open_sum is None else replace(after, open_sum=None)
            case tuple():
                return tuple(self._closed(each, definition) for each in after)
            case list():
                return [self._closed(each, definition) for each in after]
        if not isinstance(after, dict | Symbol | int | float | str | None):
            raise self.refusal(definition, "forward has to return tensors.")
        return after

    def _one_of(self, after: Any, instance: Instance, given: Given) -> Flow:
        """The one tensor that a forward returns, or the first of several at the end of all."""
        flows = flows_in(after)
        definition = instance.of.find("forward")
        place = definition[1] if definition else given.node
        if isinstance(after, Flow):
            return after
        if not flows:
            raise self.refusal(place, "forward has to return a tensor.")
        if given.node is not self.end:
            reason = f"forward returns {len(flows)} tensors, and what follows takes one."
            raise self.refusal(place, reason)
        if len(flows) == 1:
            return flows[0]
        name = self.place_names.get(flows[0].key, "")
        self.notes[
            f"forward returns {len(flows)} tensors: the output here is the first"
            f"{f', {name}' if name else ''}; another is shown where forward returns it alone."
        ] = None
        return flows[0]

    def _no_forward(self, instance: Instance, given: Given) -> CodeError:
        of = instance.of
        near = nearest("forward", of.methods)
        hint = f": it has {near}, and torch calls forward" if near else ""
        error = self.refusal(given.node, f"the class {of.name} has no forward{hint}.")
        return CodeError(error.reason, of.methods[near].lineno if near else of.line)

    def applied(self, flow: Flow, layer: Layer, given: Given) -> Flow:
        """The flow behind one more layer.

        Raises:
            TooMuchError: there are more layers than any network here may have.
        """
        if flow.is_turned:
            layer = self.checked(given.node, with_channels_first, layer)
            return replace(
                self.applied(replace(flow, is_turned=False), layer, given), is_turned=True
            )
        if flow.weighs and isinstance(layer, ELEMENTWISE):  # then the order does not matter
            plain = replace(flow, weighs=False)
            return replace(self.applied(plain, layer, given), weighs=True, fills=flow.fills)
        self.check_whole(flow, given.node)
        if flow.rank == 1 and not isinstance(layer, ELEMENTWISE):
            reason = f"a {layer.kind} takes no row without its axis, which was squeezed away."
            raise self.refusal(given.node, reason)
        if isinstance(layer, FromTheEnd):
            layer = self.checked(given.node, layer.at_rank, flow.rank)
        if flow.length >= MAX_LAYERS:
            reason = f"there are more than {MAX_LAYERS} layers up to here."
            raise TooMuchError(reason, line_of(given.node))
        after = apply(flow, layer, call=given.scope)
        if after.before is not flow:  # an activation that closes a block
            self.made.pop(flow.key, None)
        self.made[after.key] = line_of(given.node)
        return after

    def check_whole(self, flow: Flow, node: ast.AST) -> None:
        """Make sure that a tensor is not half of something that only the next step makes whole.

        Raises:
            CodeError: it is.
        """
        if flow.unread is not None:
            raise flow.unread
        if reason := why_not_whole(flow):
            raise self.refusal(node, reason)

    def added(self, left: Flow, right: Flow, node: ast.AST, scope: Scope) -> Flow:
        """The sum of two flows.

        Raises:
            CodeError: one is a row of numbers and the other a volume.
        """
        is_plain = not any(why_not_whole(flow) for flow in (left, right))
        if not is_plain or not self.has_blocks:
            return self.joined([left, right], "sum", node)
        total = add_flows(left, right, call=scope)
        if total is None or total.length > MAX_LAYERS:
            return self.joined([left, right], "sum", node)
        for each in (*left.chain(), *right.chain()):
            self.made.pop(each.key, None)  # they are in the block, or before it
        self.made[total.key] = line_of(node)
        for each in total.chain()[:-1]:
            self.made[each.key] = line_of(node)
        return total

    def joined(self, flows: Sequence[Flow], how: str, node: ast.AST) -> Flow:
        """The flow behind a join of several.

        Raises:
            CodeError: they cannot be joined.
        """
        for flow in flows:
            if flow.unread is not None:
                raise flow.unread
        total = self.checked(node, joined, flows, how)
        self.made[total.key] = line_of(node)
        return total

    def _concatenated(self, given: Given) -> Flow:
        """What `torch.cat` of several tensors gives: only channels are laid behind each other."""
        values = dict(zip(("tensors", "dim"), given.args, strict=False)) | given.kwargs
        flows, dim = values.pop("tensors", None), values.pop("dim", values.pop("axis", 0))
        is_list = isinstance(flows, list | tuple) and len(flows) > 0
        if values or not is_list or not all(isinstance(flow, Flow) for flow in flows):
            raise self.refusal(given.node, "torch.cat takes a list of tensors and their dim.")
        if type(dim) is not int or dim not in (1, 1 - flows[0].rank):
            reason = f"torch.cat along dim={dim} is not read: channels are dim=1."
            raise self.refusal(given.node, reason)
        return self.joined(flows, "cat", given.node)

    def _as_large_as(self, flow: Flow, layer: Layer, sizes: Any, given: Given) -> Flow:
        """The flow behind a layer that makes the height and width of another tensor."""
        after = as_large_as(flow, layer, sizes)
        self.check_whole(flow, given.node)
        if after is None:
            reason = "a size is read where it is that of another tensor, as in skip.shape[2:]."
            raise self.refusal(given.node, reason)
        self.made[after.key] = line_of(given.node)
        return after

    def _interpolated(self, flow: Flow, given: Given) -> Flow:
        """What `F.interpolate` gives: a number of times the size, or the size of another tensor."""
        names = ("size", "scale_factor", "mode", "align_corners")
        values = dict(zip(names, given.args, strict=False)) | given.kwargs
        size = values.pop("size", None)
        if size is None:
            return self.applied(
                flow, self.checked(given.node, layer_named, "Upsample", [], values), given
            )
        if values.pop("scale_factor", None) is not None:
            raise self.refusal(given.node, "interpolate takes a size or a scale_factor, not both.")
        if all(type(each) is int for each in (_parts(size) or (size,))):
            values["size"] = tuple(size) if isinstance(size, list | tuple) else size
            layer = self.checked(given.node, layer_named, "Upsample", [], values)
            return self.applied(flow, layer, given)
        values["scale_factor"] = 1.0  # not used: the size is that of another tensor
        layer = self.checked(given.node, layer_named, "Upsample", [], values)
        return self._as_large_as(flow, layer, size, given)

    def instantiate(self, of: UserClass, given: Given) -> Instance:
        """A new object of a class of the code.

        Raises:
            CodeError: its __init__ is not read, or calls go too deep.
        """
        self.called.add(id(of))
        for name in TAKE_OVER & of.methods.keys():
            reason = f"a {name} of one's own is not read."
            raise self.refusal(of.methods[name], reason)
        if self.is_flowing and of.is_module:
            self.notes[f"{of.name} is made anew in forward (line {line_of(given.node)})."] = None
        instance = Instance(of)
        if of.fields is not None:
            self._fill_fields(instance, given)
            return instance
        if of.find("__init__") is None:
            instance.is_ready = True
        self.initialise(instance, of, given)
        self.instances.append(instance)
        return instance

    def _fill_fields(self, instance: Instance, given: Given) -> None:
        names = instance.of.fields or ()
        values = dict(zip(names, given.args, strict=False)) | given.kwargs
        for name in names:
            found = {name: values.pop(name)} if name in values else instance.of.constant(name)
            if not found:
                raise self.refusal(given.node, f"{instance.of.name} needs a value for {name}.")
            instance.attributes |= found
        if values:
            reason = f"{instance.of.name} has no argument {min(values)[:40]}."
            raise self.refusal(given.node, reason)

    def initialise(self, instance: Instance, of: UserClass | None, given: Given) -> None:
        """Run the __init__ of an object as `of`, a class above its own, has it.

        Raises:
            CodeError: it is not read, or takes other arguments.
        """
        found = of.find("__init__") if of else None
        if found is not None:
            owner, definition = found
            inner = given.scope.inner(instance, owner)
            self.run_function(definition, given.behind(instance), inner)
            instance.settings = inner.names | instance.settings
        elif instance.of.is_row:
            instance.is_ready = True
            items = given.args
            if instance.of.is_list:
                items = self.items_of(items[0], given.node) if items else []
            instance.row = self.row(items, given.node)
        elif instance.of.layer:
            layer = self.checked(
                given.node, layer_named, instance.of.layer, given.args, given.kwargs
            )
            instance.leaf, instance.is_ready = Leaf(layer), True
        elif given.args or (given.kwargs and of is not None):
            raise self.refusal(given.node, f"the class {instance.of.name} takes no arguments.")
        elif of is None or of.base is None:
            instance.is_ready = True

    def row(self, args: list[Any], node: ast.AST) -> Row:
        """An nn.Sequential of what it is given: modules, or one OrderedDict of them.

        Raises:
            CodeError: something among it is no module.
        """
        named = [(str(place), module) for place, module in enumerate(args)]
        if len(args) == 1 and isinstance(args[0], dict):
            named = [(str(name), module) for name, module in args[0].items()]
        for _, module in named:
            if not isinstance(module, Module):
                raise self.refusal(node, self._no_layer(module))
        return Row(bounded(named, node))

    def _no_layer(self, value: Any) -> str:
        """Why a value is no layer for an nn.Sequential."""
        match value:
            case Known() if value.path.rpartition(".")[2] in KINDS:
                name = value.path.rpartition(".")[2]
                return f"nn.{name} lacks its brackets: nn.{name}()."
            case UserClass():
                return f"{value.name} lacks its brackets: {value.name}(…)."
            case Known() if value.path.rpartition(".")[2] in FUNCTIONS:
                name = value.path.rpartition(".")[2]
                return f"{name} is a function: as a layer it is nn.{FUNCTIONS[name]}()."
            case list() | tuple():
                return "an nn.Sequential takes layers and no list: a star unpacks it, *layers."
            case UserFunction():
                return "a function is no layer: torch takes only modules in an nn.Sequential."
            case None:
                return "None is no layer: torch takes only modules in an nn.Sequential."
        return f"an nn.Sequential takes layers only, and no {type(value).__name__}."

    def checked(self, node: ast.AST, make: Callable[..., T], *args: Any) -> T:
        """A layer from the vocabulary, its refusal given the line of a node.

        Raises:
            CodeError: the vocabulary refuses.
        """
        try:
            return make(*args)
        except (ValueError, TypeError) as error:
            reason = str(error)
            raise self.refusal(node, reason if reason.endswith("?") else f"{reason}.") from error

    def function_of_flow(self, name: str, flow: Flow, given: Given) -> Flow | None:
        """The flow behind a function that is a layer without weights; None if it is none."""
        if name not in FUNCTIONS:
            return None
        if name in ("dropout", "dropout2d"):
            training = given.kwargs.get("training", (*given.args, True, True)[1])
            if training is False:
                self.notes[f"The {name} of line {line_of(given.node)} is off: training=False."] = (
                    None
                )
                return flow
            if training is True:
                self.notes[
                    f"The {name} of line {line_of(given.node)} also works when the network is "
                    "used: training=self.training is missing."
                ] = None
        if name in ("avg_pool2d", "max_pool2d"):
            sizes = given.kwargs.get("kernel_size", (*given.args, None)[0])
            is_alone = len(given.args) + len(given.kwargs) == 1
            if is_alone and (
                _is_whole_map(sizes, flow) or self._is_side_of_map(sizes, flow, given)
            ):
                pool = AdaptiveAvgPool2d if name == "avg_pool2d" else AdaptiveMaxPool2d
                return self.applied(flow, pool(1), given)
            if any(isinstance(size, Symbol) for size in (sizes, *_parts(sizes))):
                reason = "the window here depends on the size of the picture."
                raise self.refusal(given.node, reason)
        layer = self.checked(given.node, layer_of_function, name, given.args, given.kwargs)
        return self.applied(flow, layer, given)

    def _is_side_of_map(self, size: Any, flow: Flow, given: Given) -> bool:
        """Whether a window is as wide as the map is: the whole map, of a square picture."""
        if not isinstance(size, Extent) or size.axis not in (2, 3) or not flow.is_like(size.flow):
            return False
        self.notes[
            f"The window of line {line_of(given.node)} is read as the whole map, as it is for "
            "square pictures."
        ] = None
        return True

    def _known(self, path: str, given: Given) -> Any:
        home, _, name = path.rpartition(".")
        node, args = given.node, given.args
        if path == "functools.partial" and args:
            return Partial(args[0], tuple(args[1:]), given.kwargs)
        if path in ("torch.nn.Module.__init__", "torch.nn.Sequential.__init__"):
            return self._outer_init(args, node)
        if path in NOISE and self.is_flowing:
            return Noise()
        if path in LEARNT:
            return self._learnt(given)
        if path in OF_DATA and len(args) == 1 and isinstance(args[0], list | tuple):
            return self.checked(node, of_numbers, args[0]) or UNKNOWN
        if (found := shape_of(path, args, given.kwargs)) is not None:
            return Picture(found, value=_value_of(name, args, given.kwargs))
        is_written = path in ("torch.tensor", "torch.as_tensor") and len(args) == 1
        if is_written and (made := of_numbers(args[0])) is not None:
            return made
        if path == "torch.nn.ModuleDict":
            return self._module_dict(args, node)
        if path == "torch.nn.Sequential":
            row = self.row(args, node)
            if not self.is_in_library(given.scope):
                self.rows.append(row)
            return row
        if path == "torch.nn.ModuleList":
            children = self.items_of(args[0], node) if args else []
            return Row(self.row(children, node).children, is_list=True)
        if home == "torch.nn":
            if any(isinstance(value, Flow) for value in (*args, *given.kwargs.values())):
                reason = (
                    f"nn.{name[:40]}(…) makes a layer and is given a picture: make it in __init__, "
                    f"or write nn.{name[:40]}()(…)."
                )
                raise self.refusal(node, reason)
            leaf = Leaf(self.checked(node, layer_named, name, args, given.kwargs))
            if self.is_flowing:
                self.late.add(id(leaf))
                self.kept.append(leaf)
            return leaf
        if home == HOME:
            return Leaf(self.checked(node, operation_named, name, args, given.kwargs))
        if path in LINSPACE:
            return self.checked(node, _evenly, *args)
        if home in HOMES_OF_FUNCTIONS and isinstance(given.kwargs.get("input"), Flow):
            rest = {key: value for key, value in given.kwargs.items() if key != "input"}
            given = replace(given, args=[given.kwargs["input"], *args], kwargs=rest)
            args = given.args
        if path in CATS:
            return self._concatenated(given)
        if home in HOMES_OF_FUNCTIONS and args and isinstance(args[0], Flow):
            return self._function(name, args[0], replace(given, args=args[1:]))
        if home in HOMES_OF_FUNCTIONS and args and isinstance(args[0], Learnt):
            return self.call_method(Method(args[0], name), replace(given, args=args[1:]))
        if home in HOMES_OF_FUNCTIONS and args and isinstance(args[0], Picture):
            return self.checked(node, behind_method, args[0], name, args[1:], given.kwargs)
        if path == "functools.reduce" and len(args) == 2 and isinstance(args[1], Aligned):
            how = REDUCED.get(args[0].path if isinstance(args[0], Known) else "")
            if how is not None:
                return self.joined(args[1], how, node)
        if name == "OrderedDict":
            return self._ordered_dict(given)
        if path in NOT_HERE:
            return NOT_HERE[path]
        if path in MATH:
            return self.of_math(path, given)
        if network := network_called(path, args):
            is_by_name = path.endswith(".get_model")
            return self._of_torchvision(
                network, replace(given, args=args[1:] if is_by_name else args)
            )
        if (read := self.of_other_libraries(path, given)) is not None:
            return read
        if home:
            raise ElsewhereError(_unknown_path(path), line_of(node))
        return self.built_in(path, given)

    def _of_torchvision(self, name: str, given: Given) -> Any:
        """A network of torchvision, without its weights.

        Raises:
            CodeError: torchvision takes no such argument.
        """
        line = line_of(given.node)
        self.define_library(line)
        values = {key: value for key, value in given.kwargs.items() if key not in NOT_READ}
        weights = next((given.kwargs[key] for key in NOT_READ[:2] if given.kwargs.get(key)), None)
        is_trained = bool(weights) or bool(given.args)  # what stands first are the weights
        made = self.call(self.library.names[name], replace(given, args=[], kwargs=values))
        asks = "; it asks for trained weights, and Run says which ones it has" if is_trained else ""
        self.notes[f"{name} of line {line} is read as torchvision builds it{asks}."] = None
        self.known_as[id(made)] = name
        return made

    def _learnt(self, given: Given) -> Learnt:
        made = given.args[0] if given.args else given.kwargs.get("data")
        if not isinstance(made, Picture):
            reason = "nn.Parameter is read of a tensor that the code makes: torch.ones(C, 1, 1)."
            raise self.refusal(given.node, reason)
        if self.is_flowing:
            reason = "nn.Parameter in forward makes new numbers at every call: make it in __init__."
            raise self.refusal(given.node, reason)
        return Learnt(made.shape, made.value, line_of(given.node))

    def _outer_init(self, args: list[Any], node: ast.AST) -> None:
        match args:
            case [Instance() as instance]:
                instance.is_ready = True
            case _:
                raise self.refusal(node, "nn.Module.__init__ takes self.")

    def _module_dict(self, args: list[Any], node: ast.AST) -> Row:
        named = args[0] if args else {}
        if isinstance(named, list) and all(_is_pair(pair) for pair in named):
            named = dict(named)
        if not isinstance(named, dict):
            raise self.refusal(node, "an nn.ModuleDict is read from a dict or a list of pairs.")
        return Row(self.row([named], node).children if named else [], is_list=True)

    def _parts(self, flow: Flow, name: str, given: Given) -> list[Flow]:
        """What chunk and split cut a tensor into."""
        layers = self.checked(given.node, parts_of, name, given.args, given.kwargs, flow)
        if layers is None:
            reason = f"{name} is read where it cuts the channels, by plain numbers: dim=1."
            raise self.refusal(given.node, reason)
        plain = replace(flow, is_turned=False)
        parts = [self.applied(plain, layer, given) for layer in layers]
        for part in parts:  # one that nothing reads was computed by nobody
            self.made.pop(part.key, None)
        return [replace(part, is_turned=flow.is_turned) for part in parts]

    def _layer_norm(self, flow: Flow, given: Given) -> Flow:
        """What F.layer_norm gives, with learnt numbers of the code or without."""
        names = ("normalized_shape", "weight", "bias", "eps")
        values = dict(zip(names, given.args, strict=False)) | given.kwargs
        learnt = [values.pop(name, None) for name in ("weight", "bias")]
        is_own = all(isinstance(each, Learnt) for each in learnt)
        if not is_own and any(each is not None for each in learnt):
            reason = "layer_norm is read with a weight and a bias by nn.Parameter, or without both."
            raise self.refusal(given.node, reason)
        values["elementwise_affine"] = is_own
        layer = self.checked(given.node, layer_named, "LayerNorm", [], values)
        for each in learnt:
            if isinstance(each, Learnt):
                self.take_learnt(each, given.node)
        after = self.applied(flow, layer, given)
        for each in learnt:
            if isinstance(each, Learnt):
                self.leaf_of[after.key] = each.leaf or each
        return after

    def _function(self, name: str, flow: Flow, given: Given) -> Any:
        if name == "layer_norm":
            return self._layer_norm(flow, given)
        if name in ("interpolate", "upsample"):
            return self._interpolated(flow, given)
        after = padded(flow, given.args[0]) if name == "pad" and len(given.args) == 1 else None
        if after is not None and not given.kwargs:
            if after.made_equal_by == "crop":
                self.notes[
                    f"Line {line_of(given.node)} cuts half of what is too much off each side: of "
                    "an odd number torch leaves one and refuses the join, which fits here."
                ] = None
            return after
        if name == "pad" and (sizes := _numbers_to_pad(given)) is not None:
            return self.applied(flow, self.checked(given.node, padding_of, *sizes), given)
        if name in SIGNS and len(given.args) == 1 and not given.kwargs:
            return self.combine(SIGNS[name], flow, given.args[0], given.node, given.scope)
        after = self.function_of_flow(name, flow, given)
        return self.call_method(Method(flow, name), given) if after is None else after

    def _ordered_dict(self, given: Given) -> dict[str, Any]:
        pairs = self.items_of(given.args[0], given.node) if given.args else []
        for pair in pairs:
            if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], str):
                raise self.refusal(given.node, "an OrderedDict is read from a list of pairs.")
        return dict(pairs)


def flows_in(value: Any) -> list[Flow]:
    """The tensors that a value holds, in order."""
    match value:
        case Flow():
            return [value]
        case list() | tuple():
            return [flow for each in value for flow in flows_in(each)]
        case dict():
            return [flow for each in value.values() for flow in flows_in(each)]
    return []


def _value_of(name: str, args: list[Any], kwargs: dict[str, Any]) -> float | None:
    """The one number that a tensor of torch.ones, zeros or full holds."""
    if name in ("ones", "zeros"):
        return float(name == "ones")
    value = kwargs.get("fill_value", args[1] if name == "full" and len(args) > 1 else None)
    return float(value) if type(value) in (int, float) else None


def _evenly(start: Any, end: Any, count: Any) -> list[float]:
    """Numbers from start to end, all as far from the next.

    Raises:
        ValueError: they are none, or too many.
    """
    numbers = all(type(each) in (int, float) for each in (start, end))
    if not numbers or type(count) is not int or not 0 <= count <= MAX_ITEMS:
        raise ValueError("linspace is read with two numbers and how many there are")
    step = (end - start) / max(1, count - 1)
    return [start + step * place for place in range(count)]


def _are(values: list[Any] | tuple[Any, ...]) -> bool:
    """Whether these are tensors on their way, as a dense layer takes a list of them."""
    return bool(values) and all(isinstance(value, Flow) for value in values)


def _with_input_first(module: Module, given: Given) -> Given | None:
    """A call that names its input, with the input in the first place; None for any other."""
    found = module.of.find("forward") if isinstance(module, Instance) else None
    names = [argument.arg for argument in found[1].args.args[1:2]] if found else ["input"]
    if not names or names[0] not in given.kwargs:
        return None
    rest = {name: value for name, value in given.kwargs.items() if name != names[0]}
    return replace(given, args=[given.kwargs[names[0]]], kwargs=rest)


def _is_pair(value: Any) -> bool:
    """Whether a value is a name with what it stands for."""
    return isinstance(value, tuple | list) and len(value) == 2 and isinstance(value[0], str)


def _is_kept(value: Any) -> bool:
    """Whether a value is a module, or a tensor outside of the network."""
    return isinstance(value, Module | Picture)


def _parts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _is_whole_map(sizes: Any, flow: Flow) -> bool:
    """Whether a window is as high and as wide as the maps."""
    match _parts(sizes):
        case (Extent(axis=2) as height, Extent(axis=3) as width):
            return flow.is_like(height.flow) and flow.is_like(width.flow)
    return False


def _numbers_to_pad(given: Given) -> tuple[Any, Any, Any] | None:
    """The sizes, the mode and the value of a call of pad that is given plain numbers."""
    names = ("pad", "mode", "value")
    values = dict(zip(names, given.args, strict=False)) | given.kwargs
    sizes = values.get("pad")
    is_plain = isinstance(sizes, list | tuple) and all(type(size) is int for size in sizes)
    if not is_plain or len(given.args) > len(names) or set(values) - set(names):
        return None
    return sizes, values.get("mode", "constant"), values.get("value")


def _unknown_path(path: str) -> str:
    """Why a function or class of elsewhere is not read."""
    root, name = path.split(".")[0], path.rpartition(".")[2]
    if root == "super":
        return "super lacks its brackets: super().__init__()."
    if path == "torch.stack":
        return "torch.stack makes a new dimension, which is not read: torch.cat lays channels."
    if root in ("tensorflow", "keras", "jax", "flax", "mxnet", "paddle"):
        return f"{path[:60]} is of {root}: only PyTorch is read here."
    if root in ("torch", "math") and not path.startswith("torch.hub"):
        return f"{path[:60]} is not read here."
    if root == "torchvision" and ".models." in f".{path}.":
        return (
            f"{name[:40]} is torchvision's, and its code is not in this text: Inspect, under Start "
            "from, shows it layer by layer. With a head of your own bring it as a file (ONNX): A "
            "trained network, as a file."
        )
    if root in MODEL_LIBRARIES or path.startswith("torch.hub"):
        return (
            f"{name[:40]} comes from {path.rpartition('.')[0][:40]}, and its code is not in this "
            "text: bring the network as a file (ONNX): Start from, A trained network, as a file."
        )
    home = path.rpartition(".")[0][:40] or root
    return f"{name[:40]} comes from {home}, which is not in this text: paste its code as well."
