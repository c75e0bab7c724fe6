"""Random edits, made to a view and to the protobuf object that it shows."""

from random_otlp import KEYS, PROFILES_ONLY, fill, random_scalar

from collector.pdata import EMPTY

VALUES = [
    "",
    "text",
    True,
    False,
    0,
    -5,
    2**63 - 1,
    1.5,
    b"",
    b"\xff\x00",
    EMPTY,
    [],
    [1, "two", [EMPTY]],
    {},
    {"a": {"b": [1.0]}, "c": b"x"},
]


def set_any(target, value):
    """Write a Python value into a protobuf AnyValue."""
    target.Clear()
    if value is EMPTY:
        return
    if isinstance(value, str):
        target.string_value = value
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int):
        target.int_value = value
    elif isinstance(value, float):
        target.double_value = value
    elif isinstance(value, bytes):
        target.bytes_value = value
    elif isinstance(value, list):
        target.array_value.SetInParent()
        for item in value:
            set_any(target.array_value.values.add(), item)
    else:
        target.kvlist_value.SetInParent()
        for key, item in value.items():
            set_any(target.kvlist_value.values.add(key=key).value, item)


def edit(view, message, rng):
    """Make one random edit in a message or below it."""
    choices = [field for field in message.DESCRIPTOR.fields if field.name not in PROFILES_ONLY]
    field = rng.choice(choices)
    oneof = field.containing_oneof.name if field.containing_oneof is not None else None
    name = field.name
    kind = field.message_type.name if field.message_type is not None else None
    if oneof == "data":
        edit_data(view, message, rng)
    elif oneof == "value":
        value = rng.choice([None, 0, -7, 2**63 - 1, 0.0, 2.5])
        view.value = value
        message.ClearField("as_int")
        message.ClearField("as_double")
        if value is not None:
            setattr(message, "as_double" if isinstance(value, float) else "as_int", value)
    elif name in ("spans", "metrics", "log_records") and kind in ("Span", "Metric", "LogRecord"):
        edit_list(view.records(), message, field, rng)
    elif name.startswith("scope_") and kind.startswith("Scope"):
        edit_list(view.scopes(), message, field, rng)
    elif kind == "KeyValue":
        edit_attributes(getattr(view, name), getattr(message, name), rng)
    elif kind == "AnyValue":
        edit_value(view, message, name, rng)
    elif field.is_repeated and kind:
        edit_list(getattr(view, name), message, field, rng)
    elif kind:
        edit_nested(view, message, field, rng)
    elif field.is_repeated:
        value = [random_scalar(rng, field) for _ in range(rng.choice([0, 1, 4]))]
        setattr(view, name, value)
        message.ClearField(name)
        getattr(message, name).extend(value)
    elif oneof and rng.random() < 0.3:
        setattr(view, name, None)
        message.ClearField(name)
    else:
        value = random_scalar(rng, field)
        setattr(view, name, value)
        setattr(message, name, value)


def edit_nested(view, message, field, rng):
    name = field.name
    if rng.random() < 0.15:
        setattr(view, name, None)
        message.ClearField(name)
    elif rng.random() < 0.15:
        other = fill(getattr(type(message)(), name), rng, 12)
        setattr(view, name, other.SerializeToString())
        getattr(message, name).CopyFrom(other)
    else:
        getattr(message, name).SetInParent()
        child = getattr(view, name)
        if not view.has(name):
            child.copy_from(b"")
        edit(child, getattr(message, name), rng)


def edit_value(view, message, name, rng):
    if rng.random() < 0.5:
        value = rng.choice(VALUES)
        setattr(view, name, value)
        if value is EMPTY:
            message.ClearField(name)
        else:
            set_any(getattr(message, name), value)
    else:
        edit_inside(getattr(view, name), getattr(message, name), rng)


def edit_inside(value, target, rng):
    """Edit a live list or map."""
    kind = target.WhichOneof("value")
    if kind == "kvlist_value":
        edit_attributes(value, target.kvlist_value.values, rng)
    elif kind == "array_value":
        items = target.array_value.values
        action = rng.randrange(6)
        new = rng.choice(VALUES)
        if action == 0 or not items:
            value.append(new)
            set_any(items.add(), new)
        elif action == 1:
            index = rng.randrange(len(items))
            value[index] = new
            set_any(items[index], new)
        elif action == 2:
            index = rng.randrange(len(items))
            del value[index]
            del items[index]
        elif action == 3:
            index = rng.randrange(len(items) + 1)
            value.insert(index, new)
            set_any(items.add(), new)
            items.insert(index, items.pop()) if hasattr(items, "insert") else rotate(items, index)
        elif action == 4:
            value.clear()
            del items[:]
        else:
            index = rng.randrange(len(items))
            edit_inside(value[index], items[index], rng)


def rotate(items, index):
    """Move the last item to `index`."""
    copies = [type(item).FromString(item.SerializeToString()) for item in items]
    copies.insert(index, copies.pop())
    del items[:]
    items.extend(copies)


def edit_attributes(attributes, pairs, rng):
    action = rng.randrange(8)
    keys = [pair.key for pair in pairs]
    key = rng.choice(keys) if keys and rng.random() < 0.6 else rng.choice(KEYS)
    value = rng.choice(VALUES)
    if action in (0, 1):
        attributes[key if rng.random() < 0.5 else key.encode()] = value
        put(pairs, key, value)
    elif action == 2:
        if key in attributes:
            del attributes[key]
        keep(pairs, lambda pair: pair.key != key)
    elif action == 3:
        attributes.update({key: value, "updated": 1})
        put(pairs, key, value)
        put(pairs, "updated", 1)
    elif action == 4 and rng.random() < 0.3:
        attributes.clear()
        del pairs[:]
    elif action == 5:
        attributes.remove_if(lambda name, _value: len(name) == 1)
        keep(pairs, lambda pair: len(pair.key) != 1)
    elif action == 6:
        attributes.setdefault(key, value)
        if key not in keys:
            put(pairs, key, value)
    elif key in keys:
        edit_inside(attributes[key], pairs[keys.index(key)].value, rng)


def put(pairs, key, value):
    for pair in pairs:
        if pair.key == key:
            break
    else:
        pair = pairs.add(key=key)
    pair.value.SetInParent()
    set_any(pair.value, value)


def keep(items, predicate):
    kept = [type(item).FromString(item.SerializeToString()) for item in items if predicate(item)]
    del items[:]
    items.extend(kept)


def edit_list(views, message, field, rng):
    items = getattr(message, field.name)
    action = rng.randrange(8)
    if action == 0:
        new = fill(type(message)().__getattribute__(field.name).add(), rng, 12)
        views.append(new.SerializeToString())
        items.add().CopyFrom(new)
    elif action == 1:
        views.add()
        items.add()
    elif action == 2:
        chosen = {index for index in range(len(items)) if rng.random() < 0.5}
        counter = iter(range(len(items)))
        assert views.remove_if(lambda _view: next(counter) in chosen) == len(chosen)
        kept = iter(range(len(items)))
        keep(items, lambda _item: next(kept) not in chosen)
    elif action == 3 and rng.random() < 0.3:
        views.clear()
        del items[:]
    elif action == 4 and items:
        source, target = rng.randrange(len(items)), rng.randrange(len(items))
        views[target].copy_from(views[source])
        items[target].CopyFrom(type(items[source]).FromString(items[source].SerializeToString()))
    elif action == 5 and items:
        views.append(views[0])
        items.add().CopyFrom(items[0])
    elif items:
        index = rng.randrange(len(items))
        edit(views[index], items[index], rng)


def edit_data(view, message, rng):
    """Edit a metric's data or give it another type."""
    kind = message.WhichOneof("data")
    if kind is None or rng.random() < 0.1:
        message.gauge.Clear() if kind is None else None
        if kind is None:
            message.gauge.SetInParent()
            view.convert("gauge")
        elif kind == "gauge":
            points = [type(point).FromString(point.SerializeToString()) for point in message.gauge.data_points]
            message.sum.Clear()
            message.sum.data_points.extend(points)
            message.sum.aggregation_temporality = 2
            message.sum.is_monotonic = True
            view.convert("sum", aggregation_temporality=2, is_monotonic=True)
        return
    data = getattr(message, kind)
    if kind in ("sum", "histogram", "exponential_histogram") and rng.random() < 0.3:
        view.aggregation_temporality = 1
        data.aggregation_temporality = 1
    elif kind == "sum" and rng.random() < 0.3:
        view.is_monotonic = not view.is_monotonic
        data.is_monotonic = not data.is_monotonic
    else:
        edit_list(view.data_points, data, data.DESCRIPTOR.fields_by_name["data_points"], rng)
