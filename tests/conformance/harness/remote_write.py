"""Remote-write requests, decoded into a form that does not depend on how series were spread over requests.

Samples of one label set are joined in order of arrival, buckets of native histograms are index: count without empty
ones, default values are left out. What breaks the protocol shows up: `duplicate_labels`, `symbols` (what is wrong in
the symbol table of version 2), `labels_sorted: false`.
"""

import json

import cramjam
from wire import double, doubles, fields, integers, signed, zigzag


def written(requests, compare, scrub):
    """`requests`: (lower-case headers, body) of those that were accepted."""
    joined, metadata, symbols, batches, versions = {}, [], set(), [], set()
    in_order = True
    for headers, body in requests:
        data = bytes(cramjam.snappy.decompress_raw(body))
        second = "v2" in headers.get("content-type", "")
        versions.add("2.0.0" if second else "0.1.0")
        if second:
            series, wrong = read_second(data)
            symbols.update(wrong)
        else:
            series, described = read_first(data)
            metadata += [entry for entry in described if entry not in metadata]
        counted = {5, 4} if second else {1}
        size = sum(len(value) for number, _, value in fields(data) if number in counted)
        batches.append((size, [json.dumps(one["labels"]) for one in series]))
        for one in series:
            names = [name.encode() for name in one["labels"]]
            in_order = in_order and names == sorted(names)
            join(joined, one)
    out = {"series": [joined[key] for key in sorted(joined)], "labels_sorted": in_order, "versions": sorted(versions)}
    if metadata and compare.get("metadata", True):
        out["metadata"] = sorted(metadata, key=lambda entry: json.dumps(entry, sort_keys=True))
    if symbols:
        out["symbols"] = sorted(symbols)
    if "headers" in compare:
        out["headers"] = {
            name: sorted({headers.get(name.lower(), "") for headers, _ in requests}) for name in compare["headers"]
        }
    if "limit" in compare:
        keys = [key for _, found in batches for key in found]
        out["batches"] = {
            "several": len(batches) > 1,
            "series_twice": len(set(keys)) < len(keys),
            "over_limit": any(size >= compare["limit"] and len(found) > 1 for size, found in batches),
        }
    return scrub(out, compare)


def join(joined, series):
    into = joined.setdefault(json.dumps(series["labels"], sort_keys=True), {"labels": series["labels"]})
    for name, value in series.items():
        if name != "labels":
            into[name] = into.get(name, []) + value if isinstance(value, list) else value


# ---- version 1 -----------------------------------------------------------------------------------------------------


def read_first(data):
    series, metadata = [], []
    for number, _, value in fields(data):
        if number == 1:
            series.append(first_series(value))
        elif number == 3:
            names = {1: "type", 2: "name", 4: "help", 5: "unit"}
            metadata.append({names[n]: v if n == 1 else v.decode() for n, _, v in fields(value) if n in names})
    return series, metadata


def first_series(data):
    out = {"labels": {}, "samples": [], "exemplars": [], "histograms": []}
    for number, _, value in fields(data):
        if number == 1:
            add_label(out, value)
        elif number == 2:
            sample = [0.0, 0]
            for n, _, v in fields(value):
                sample[n - 1] = double(v) if n == 1 else signed(v)
            out["samples"].append(sample)
        elif number == 3:
            exemplar = {"labels": {}, "value": 0.0, "timestamp": 0}
            for n, _, v in fields(value):
                if n == 1:
                    add_label(exemplar, v)
                else:
                    exemplar["value" if n == 2 else "timestamp"] = double(v) if n == 2 else signed(v)
            out["exemplars"].append(exemplar)
        elif number == 4:
            out["histograms"].append(histogram(value))
    return {name: value for name, value in out.items() if value}


def add_label(owner, data):
    both = {number: value.decode() for number, _, value in fields(data)}
    name = both.get(1, "")
    if name in owner["labels"]:
        owner.setdefault("duplicate_labels", []).append(name)
    owner["labels"][name] = both.get(2, "")


# ---- version 2 -----------------------------------------------------------------------------------------------------


def read_second(data):
    symbols = [value.decode() for number, _, value in fields(data) if number == 4]
    used = {0}

    def labels(owner, references):
        used.update(references)
        names = [symbols[at] for at in references[::2]]
        owner["labels"] = dict(zip(names, (symbols[at] for at in references[1::2]), strict=True))
        if len(owner["labels"]) < len(names):
            owner["duplicate_labels"] = sorted({name for name in names if names.count(name) > 1})

    series = [second_series(value, symbols, used, labels) for number, _, value in fields(data) if number == 5]
    wrong = []
    if symbols[:1] != [""]:
        wrong.append("first symbol not empty")
    if len(set(symbols)) < len(symbols):
        wrong.append("symbol twice")
    if len(used) < len(symbols):
        wrong.append("unused symbol")
    return series, wrong


def second_series(data, symbols, used, labels):
    out = {"labels": {}, "samples": [], "histograms": [], "exemplars": [], "metadata": {}}
    references = []
    for number, wire, value in fields(data):
        if number == 1:
            references += integers(value, wire)
        elif number == 2:
            sample = {"value": 0.0, "timestamp": 0}
            for n, _, v in fields(value):
                sample[("value", "timestamp", "start")[n - 1]] = double(v) if n == 1 else signed(v)
            out["samples"].append(sample)
        elif number == 3:
            out["histograms"].append(histogram(value))
        elif number == 4:
            out["exemplars"].append(second_exemplar(value, labels))
        elif number == 5:
            for n, _, v in fields(value):
                if n == 1:
                    out["metadata"]["type"] = v
                elif v:
                    used.add(v)
                    out["metadata"]["help" if n == 3 else "unit"] = symbols[v]
        elif number == 6:
            out["start"] = signed(value)
    labels(out, references)
    return {name: value for name, value in out.items() if value}


def second_exemplar(data, labels):
    out = {"value": 0.0, "timestamp": 0}
    references = []
    for number, wire, value in fields(data):
        if number == 1:
            references += integers(value, wire)
        else:
            out["value" if number == 2 else "timestamp"] = double(value) if number == 2 else signed(value)
    labels(out, references)
    return out


# ---- native histograms ---------------------------------------------------------------------------------------------

PLAIN = {
    1: ("count", int),
    2: ("count_float", double),
    3: ("sum", double),
    4: ("schema", zigzag),
    5: ("zero_threshold", double),
    6: ("zero_count", int),
    7: ("zero_count_float", double),
    14: ("reset_hint", int),
    15: ("timestamp", signed),
    17: ("start", signed),
}


def histogram(data):
    out = {"custom_values": []}
    sides = {
        "negative": {"spans": [], "deltas": [], "counts": []},
        "positive": {"spans": [], "deltas": [], "counts": []},
    }
    for number, wire, value in fields(data):
        if number in PLAIN:
            name, convert = PLAIN[number]
            out[name] = convert(value)
        elif number == 16:
            out["custom_values"] += doubles(value)
        else:
            side = sides["negative" if number < 11 else "positive"]
            if number in {8, 11}:
                side["spans"].append(span(value))
            elif number in {9, 12}:
                side["deltas"] += integers(value, wire, zigzag)
            elif number in {10, 13}:
                side["counts"] += doubles(value)
    for name, side in sides.items():
        out[name] = buckets(**side)
    return {name: value for name, value in out.items() if value not in ([], 0, {})}


def span(data):
    found = {number: value for number, _, value in fields(data)}
    return zigzag(found.get(1, 0)), found.get(2, 0)


def buckets(spans, deltas, counts):
    values = counts or deltas
    out, index, count, at = {}, 0, 0, 0
    for place, (offset, length) in enumerate(spans):
        index += offset
        for _ in range(length):
            if at == len(values):
                return {"broken": [spans, values]}
            count = values[at] if counts else count + values[at]
            if count:
                out[index] = count
            index, at = index + 1, at + 1
        if place and offset < 0:
            return {"broken": [spans, values]}
    return out if at == len(values) else {"broken": [spans, values]}
